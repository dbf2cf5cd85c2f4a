    // Where the followed word is in `slice`: the even and the odd place are filled in turn, and shown in turn.
    wire [BEAT-1:0] f_even_beat; // = slice.even_beat_q
    wire [KEEP-1:0] f_even_keep; // = slice.even_keep_q
    wire [NOTE-1:0] f_even_note; // = slice.even_metadata_q
    wire [BEAT-1:0] f_odd_beat; // = slice.odd_beat_q
    wire [KEEP-1:0] f_odd_keep; // = slice.odd_keep_q
    wire [NOTE-1:0] f_odd_note; // = slice.odd_metadata_q
    wire f_some; // = slice.some_q
    wire f_full; // = slice.full_q
    wire f_filling_odd; // = slice.filling_odd_q
    wire f_showing_odd; // = slice.showing_odd_q
    wire f_even_holds; // = slice.even_holds_q
    wire f_odd_catches; // = slice.odd_catches_q
    wire [NOTE-1:0] f_behind = f_showing_odd ? f_even_note : f_odd_note;
    wire [F-1:0] f_back = f_showing_odd ? {f_even_beat, f_even_keep, f_even_note} : {f_odd_beat, f_odd_keep, f_odd_note};
    always @(*) if (f_started && !rst) begin
        assert (f_inside == f_some + f_full && (f_some || !f_full));
        assert (f_inside[0] == (f_filling_odd ^ f_showing_odd));
        assert (f_even_holds == (f_filling_odd | f_full) && f_odd_catches == (f_filling_odd & !f_full));
        assert (!f_followed || f_ahead < f_inside);
        assert (!(f_followed && f_ahead == 0) || f_front[f_which] == f_told);
        assert (!(f_followed && f_ahead == 1) || f_back[f_which] == f_told);
    end
