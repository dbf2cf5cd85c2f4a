//! Stage `hash`: HalfSipHash-2-4 with 32 bits of output.
//!
//! A keyed hash, so that a sender who picks ports cannot pick the manager. Source: Aumasson and Bernstein, SipHash; the
//! reference implementation's `halfsiphash` with `outlen` 4.

pub mod batch;

/// HalfSipHash-2-4 of a message, as the little-endian word that the reference writes.
pub fn hash(key: [u8; 8], message: &[u8]) -> u32 {
    let (words, tail) = message.as_chunks();
    let state = words.iter().fold(initial(key), |state, &word| absorb(state, u32::from_le_bytes(word)));
    // The last word holds what is left of the message and, on top, its length modulo 256.
    finish(absorb(state, little_endian(tail) | (message.len() as u32) << 24))
}

/// The state before the first word.
#[inline(always)]
pub(crate) fn initial(key: [u8; 8]) -> [u32; 4] {
    let [k0, k1] = [little_endian(&key[..4]), little_endian(&key[4..])];
    [k0, k1, 0x6c79_6765 ^ k0, 0x7465_6462 ^ k1]
}

/// Takes one word of the message in.
#[inline(always)]
pub(crate) fn absorb(mut v: [u32; 4], word: u32) -> [u32; 4] {
    v[3] ^= word;
    round(&mut v);
    round(&mut v);
    v[0] ^= word;
    v
}

/// The output, once every word is in.
#[inline(always)]
pub(crate) fn finish(mut v: [u32; 4]) -> u32 {
    v[2] ^= 0xff;
    for _ in 0..4 {
        round(&mut v);
    }
    v[1] ^ v[3]
}

/// One round over the four words of the state.
#[inline(always)]
pub fn round(v: &mut [u32; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(5) ^ v[0];
    v[0] = v[0].rotate_left(16);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(8) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(7) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[2];
    v[2] = v[2].rotate_left(16);
}

/// Up to four bytes, the first least significant.
fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn all_published_vectors_hold() {
        let key = [0, 1, 2, 3, 4, 5, 6, 7];
        let message: Vec<u8> = (0..64).collect();
        let mut proved = 0;
        for line in include_str!("../tests/data/halfsiphash-2-4-32.txt").lines().filter(|line| !line.starts_with('#')) {
            let (length, output) = line.split_once(' ').unwrap();
            let length: usize = length.parse().unwrap();
            let published = u32::from_str_radix(output, 16).unwrap().swap_bytes();
            assert_eq!(hash(key, &message[..length]), published, "message of {length} bytes");
            proved += 1;
        }
        assert_eq!(proved, 64);
    }
}
