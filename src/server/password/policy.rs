//! What may become a password (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 §6.2).
//!
//! No rules of composition and no expiry. A password is never normalised: NIST leaves Unicode normalisation open, and
//! without it exactly what was set signs in. Only comparisons with names and common passwords fold it.

use super::blocklist;
use unicode_normalization::UnicodeNormalization;

/// Fewest code points of a password that is the only factor.
pub const MIN: usize = 15;

/// Most code points. More are refused, never cut off (OWASP ASVS 5.0 §6.2.8, §6.2.9).
pub const MAX: usize = 128;

/// Most bytes. Nothing longer is looked at, let alone hashed, so that length is no way to spend the server's time.
pub const MAX_BYTES: usize = 1024;

/// Refused below this many bits in the eyes of a guesser who knows the usual tricks. Two common passwords joined, or one
/// and ten digits, stay below; three unrelated words, 15 random letters or 20 random digits are far above.
const ENOUGH_BITS: f64 = 32.0;

/// Names shorter than this stand in unrelated words too often to be refused.
const SHORTEST_NAME: usize = 4;

/// Whether `password` may be set; otherwise one sentence that says why not. `context` is what others can guess with: the
/// username, the organization, its buildings. The product's name always counts (OWASP ASVS 5.0 §6.1.2, §6.2.11).
pub fn check(password: &str, context: &[String]) -> Result<(), String> {
    if password.len() > MAX_BYTES || password.chars().count() > MAX {
        return Err(format!("Use at most {MAX} characters."));
    }
    if password.chars().count() < MIN {
        return Err(format!(
            "Use at least {MIN} characters. A few unrelated words are easy to remember and hard to guess."
        ));
    }
    let folded = fold(password);
    let squeezed = squeeze(&folded);
    let names: Vec<String> = context.iter().map(String::as_str).chain(["doorward"]).map(fold).collect();
    let inside = |name: &String| name.chars().count() >= SHORTEST_NAME && squeezed.contains(name.as_str());
    if names.iter().map(|name| squeeze(name)).any(|name| inside(&name)) {
        return Err("Leave out your username and the names of the organization, its buildings and Doorward.".to_owned());
    }
    // Compatibility forms can unfold to many characters; what comes after twice the maximum changes nothing.
    let letters: Vec<char> = folded.chars().take(2 * MAX).collect();
    if is_short_repeated(&letters) || blocklist::bits(&letters, &parts(&names)) < ENOUGH_BITS {
        let why =
            "This is easy to guess: it consists of common passwords, repetitions, or neighbouring keys or letters.";
        return Err(why.to_owned());
    }
    Ok(())
}

/// Something too short to be a password, twice or more, is still too short.
fn is_short_repeated(letters: &[char]) -> bool {
    let is_period = |length: &usize| letters[*length..] == letters[..letters.len() - length];
    (1..MIN.min(letters.len() / 2 + 1)).any(|length| is_period(&length))
}

/// Case and Unicode form aside, for comparing only.
fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Letters and digits alone: `anna.lee` is also in `anna-lee…`.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The single words of names. One of them is allowed inside a password, but it makes it no harder to guess.
fn parts(names: &[String]) -> Vec<Vec<char>> {
    let words = names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    words.map(|word| word.chars().collect::<Vec<_>>()).filter(|word| word.len() >= 3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, context: &[&str]) -> Result<(), String> {
        let context: Vec<String> = context.iter().map(|name| (*name).to_owned()).collect();
        super::check(password, &context)
    }

    const CONTEXT: [&str; 4] = ["anna.lee", "Acme Facility Group", "Bürohaus Süd", "HQ"];

    fn refused(password: &str) -> bool {
        check(password, &CONTEXT).is_err()
    }

    #[test]
    fn length_counts_code_points_from_15_to_128() {
        assert!(check("kqzvhwmxyrtbpj", &[]).unwrap_err().contains("at least 15"));
        assert_eq!(check("kqzvhwmxyrtbpjg", &[]), Ok(()));
        assert_eq!(check("🦀🚪🔑🌧🎻🧭🪴🧊🥨🛶🎈🪁🧵🏺🪵", &[]), Ok(()));
        let longest: String =
            "kqzvhwm9".repeat(16).chars().enumerate().map(|(i, c)| if i % 9 == 0 { 'ß' } else { c }).collect();
        assert_eq!(check(&longest, &[]), Ok(()));
        assert!(check(&format!("{longest}x"), &[]).unwrap_err().contains("at most 128"));
        assert!(check(&"x".repeat(1_000_000), &[]).unwrap_err().contains("at most 128"));
    }

    #[test]
    fn there_are_no_rules_of_composition() {
        for password in
            ["vmwqkdnslrpytgxbzhcf", "80417395262718093645", " leading and trailing ü ", "correct horse battery staple"]
        {
            assert_eq!(check(password, &CONTEXT), Ok(()), "{password}");
        }
    }

    #[test]
    fn common_passwords_that_are_long_enough_are_refused_in_any_case() {
        for entry in blocklist::common().filter(|entry| entry.chars().count() >= MIN) {
            assert!(refused(entry) && refused(&entry.to_uppercase()), "{entry}");
        }
    }

    #[test]
    fn the_3000_most_common_passwords_are_refused_when_repeated_or_padded() {
        for entry in blocklist::common().take(3000) {
            let repeated = entry.repeat(MIN.div_ceil(entry.len()));
            let padded = format!("{entry}{}", "!".repeat(MIN));
            let numbered = format!("{entry}12345678901");
            for password in [repeated, padded, numbered] {
                assert!(refused(&password), "{password}");
            }
        }
    }

    #[test]
    fn what_is_built_from_common_parts_is_refused() {
        for password in [
            "aaaaaaaaaaaaaaa",
            "               ",
            "abcdefghijklmnop",
            "zyxwvutsrqponmlk",
            "12345678901234567890",
            "98765432109876543210",
            "qwertyuiopasdfgh",
            "1q2w3e4r5t6y7u8i",
            "1qaz2wsx3edc4rfv",
            "!QAZ2wsx#EDC4rfv",
            "PasswordPassword",
            "P@ssw0rdP@ssw0rd",
            "drowssapdrowssap",
            "dragonmonkeyfootball",
            "letmein-letmein-1",
            "password58302817",
            "Passw0rd!!!!!!!!",
            "a1b2c3d4e5f6g7h8",
            "1213141516171819",
            "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
            "tomtomtomtomtom",
            "k9vqk9vqk9vqk9vq",
            "k9v-Qx3!zk9v-Qx3!z",
            "madridmadridmadridm",
            "summer-2024-summer",
            "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",
            "iloveyouiloveyou1",
        ] {
            assert!(check(password, &[]).is_err_and(|why| why.contains("easy to guess")), "{password}");
        }
    }

    #[test]
    fn names_of_the_place_are_refused_inside_a_password() {
        for password in
            ["xk7 Anna-Lee qzvhw", "ACMEfacilityGROUP-k7qz", "bu\u{308}rohaus su\u{308}d qzv", "kq7zDoorWard9vhwm"]
        {
            assert!(check(password, &CONTEXT).is_err_and(|why| why.contains("names")), "{password}");
        }
        assert_eq!(check("HQ kqzvhwmxyrtbpj", &CONTEXT), Ok(()), "two letters stand in too many words");
    }

    #[test]
    fn a_single_word_of_a_name_adds_nothing() {
        assert!(refused("AcmeAcmeAcme2024"));
        assert_eq!(check("acme wren lattice mulch", &CONTEXT), Ok(()));
    }
}
