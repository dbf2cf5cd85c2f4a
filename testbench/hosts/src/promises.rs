//! What is promised, and what was seen.

/// Promises, each told once it was put to the test.
pub struct Promises<'s> {
    show: Box<dyn Fn(&str) + 's>,
    kept: usize,
    broken: usize,
}

impl<'s> Promises<'s> {
    /// None yet; each line goes to `show`.
    pub fn new(show: impl Fn(&str) + 's) -> Self {
        Self { show: Box::new(show), kept: 0, broken: 0 }
    }

    /// Tells what was seen of a promise.
    pub fn tell(&mut self, kept: bool, what: &str, seen: &str) {
        *(if kept { &mut self.kept } else { &mut self.broken }) += 1;
        (self.show)(&format!("{}  {what:<39} {seen}", if kept { "kept  " } else { "BROKEN" }));
    }

    /// Tells how many were seen of so many.
    pub fn tell_count(&mut self, what: &str, seen: usize, promised: usize) {
        self.tell(seen == promised, what, &format!("{seen} of {promised}"));
    }

    /// The end: whether all were kept.
    pub fn end(self) -> bool {
        let all = self.kept + self.broken;
        (self.show)(&format!("\n{} of {all} promises kept", self.kept));
        self.broken == 0
    }
}
