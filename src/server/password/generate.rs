//! Passwords that the server makes (OWASP ASVS 5.0 §6.4.1).

/// 32 lower-case letters and digits that print differently in any font: no `0` or `o`, no `1` or `l`.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

const GROUPS: usize = 5;
const PER_GROUP: usize = 5;

/// A temporary password: five groups of five characters, 125 random bits (NIST SP 800-63B-4 §3.1.1.1 asks for 15
/// characters; OWASP for 112 bits). It is easy to read out, and a fixed number of characters makes a slip visible.
///
/// It passes the policy: the chance that so many random characters look like a common password is below 2^-80.
pub fn temporary(entropy: &mut impl FnMut(&mut [u8])) -> String {
    let mut bytes = [0; GROUPS * PER_GROUP];
    entropy(&mut bytes);
    // 256 is a multiple of 32, so every character is equally likely.
    let characters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    let groups: Vec<String> = characters.chunks(PER_GROUP).map(String::from_iter).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::super::policy;
    use super::*;
    use crate::server::clock::random;
    use std::collections::HashSet;

    #[test]
    fn ten_thousand_are_all_different_and_pass_the_policy() {
        let mut seen = HashSet::new();
        for round in 0..10_000 {
            let password = temporary(&mut random);
            // One in ten is enough to ask the policy, which is slow without optimisation.
            if round % 10 == 0 {
                assert_eq!(policy::check(&password, &["admin".to_owned()]), Ok(()), "{password}");
            }
            assert!(seen.insert(password));
        }
    }

    #[test]
    fn it_is_five_groups_of_unambiguous_characters() {
        let password = temporary(&mut random);
        let groups: Vec<&str> = password.split('-').collect();
        assert!(groups.len() == GROUPS && groups.iter().all(|group| group.len() == PER_GROUP));
        assert!(!password.contains(['0', 'o', '1', 'l', 'O', 'I']));
    }

    #[test]
    fn the_alphabet_gives_more_than_112_bits() {
        let distinct: HashSet<&u8> = ALPHABET.iter().collect();
        assert!(distinct.len().ilog2() as usize * GROUPS * PER_GROUP >= 112);
    }
}
