//! How far a password is from the common ones. Those are shorter than the minimum length, so what has to be found is
//! what people build from them: repeated, joined, padded, spelled backwards or with digits for letters.

use std::collections::HashMap;
use std::sync::LazyLock;

/// From zxcvbn, MIT; the notice stands at the head of the file.
const TEXT: &str = include_str!("blocklist.txt");

/// Place of each common password, the most common first.
static PLACES: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| common().zip(0..).collect());

/// No entry is longer.
const LONGEST: usize = 24;

// What a guesser pays for one piece, in bits. Roughly zxcvbn's model (Wheeler, USENIX Security 2016), coarser.
const WALK: f64 = 7.0;
const TURN: f64 = 3.0;
const WOVEN: f64 = 12.0;
const AGAIN: f64 = 6.0;
const YEAR: f64 = 7.0;
const NAME: f64 = 1.0;
const TWISTED: f64 = 1.0;

/// The list in lower case, the most common first.
pub(super) fn common() -> impl Iterator<Item = &'static str> {
    TEXT.lines().filter(|line| !line.starts_with("# ") && *line != "#")
}

/// Bits that a guesser needs who tries common passwords and names first and joins, repeats and pads them: the cheapest
/// way to put `text` together from such pieces and single characters. `text` and `names` are folded.
pub(super) fn bits(text: &[char], names: &[Vec<char>]) -> f64 {
    let mut best = vec![f64::INFINITY; text.len() + 1];
    best[0] = 0.0;
    for at in 0..text.len() {
        let so_far = best[at];
        let mut offer = |length: usize, cost: f64| best[at + length] = best[at + length].min(so_far + cost);
        offer(1, single(text[at]));
        walks(&text[at..], &mut offer);
        woven(&text[at..], &mut offer);
        words(&text[at..], &mut offer);
        if is_year(&text[at..]) {
            offer(4, YEAR);
        }
        (3..=again(text, at)).for_each(|length| offer(length, AGAIN));
        names.iter().filter(|name| text[at..].starts_with(name)).for_each(|name| offer(name.len(), NAME));
    }
    best[text.len()]
}

/// One character that belongs to nothing.
fn single(c: char) -> f64 {
    match c {
        '0'..='9' => 10f64.log2(),
        'a'..='z' => 26f64.log2(),
        ' '..='~' => 4.0,
        _ => 6.0,
    }
}

/// Entries of the list at the start of `rest`, also backwards and with digits and signs for letters.
fn words(rest: &[char], offer: &mut impl FnMut(usize, f64)) {
    let mut plain = String::new();
    let mut spelled = String::new();
    let mut backwards = String::new();
    for (index, c) in rest.iter().take(LONGEST).enumerate() {
        plain.push(*c);
        spelled.push(letter(*c));
        backwards.insert(0, *c);
        if index < 3 {
            continue;
        }
        for (text, twist) in [(&plain, 0.0), (&spelled, TWISTED), (&backwards, TWISTED)] {
            if let Some(place) = PLACES.get(text.as_str()) {
                offer(index + 1, (f64::from(*place) + 2.0).log2() + twist);
            }
        }
    }
}

/// The letter that a digit or sign often stands for.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Runs of one character, of the alphabet or of digits, and walks over neighbouring keys.
fn walks(rest: &[char], offer: &mut impl FnMut(usize, f64)) {
    let mut cost = WALK;
    for end in 1..rest.len() {
        let step = Step::of(rest[end - 1], rest[end]);
        if !step.is_any() {
            return;
        }
        // A zigzag such as 1q2w3e repeats the step before the last one; that is no new choice.
        let back = |by: usize| end > by && step.shares(Step::of(rest[end - by - 1], rest[end - by]));
        if end > 1 && !back(1) && !back(2) {
            cost += TURN;
        }
        if end > 1 {
            offer(end + 1, cost);
        }
    }
}

/// Two runs taken in turns, such as a1b2c3d4.
fn woven(rest: &[char], offer: &mut impl FnMut(usize, f64)) {
    for end in 2..rest.len() {
        let step = Step::of(rest[end - 2], rest[end]);
        let goes_on = end < 4 || step.shares(Step::of(rest[end - 4], rest[end - 2]));
        if !step.is_any() || !goes_on {
            return;
        }
        if end >= 5 {
            offer(end + 1, WOVEN);
        }
    }
}

/// 1900 to 2099.
fn is_year(rest: &[char]) -> bool {
    matches!(rest, ['1', '9', a, b, ..] | ['2', '0', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// How many characters from `at` on repeat what began before it; a repetition may run into itself, as in `tomtomtom`.
fn again(text: &[char], at: usize) -> usize {
    let same = |from: usize| text[from..].iter().zip(&text[at..]).take_while(|(a, b)| a == b).count();
    (0..at).map(same).max().unwrap_or(0)
}

/// How one character follows another: in the alphabet or the digits, and on the keyboard.
#[derive(Clone, Copy)]
struct Step {
    code: Option<i32>,
    key: Option<(i32, i32)>,
}

impl Step {
    fn of(a: char, b: char) -> Step {
        let code = [0, 1, -1].into_iter().find(|by| neighbour(a, *by) == Some(b));
        let key = key(a).zip(key(b)).map(|(a, b)| (b.0 - a.0, b.1 - a.1));
        Step { code, key: key.filter(|(down, right)| down.abs() <= 1 && right.abs() <= 1) }
    }

    fn is_any(self) -> bool {
        self.code.is_some() || self.key.is_some()
    }

    fn shares(self, other: Step) -> bool {
        (self.code.is_some() && self.code == other.code) || (self.key.is_some() && self.key == other.key)
    }
}

/// The character `by` places on, round the end of the alphabet and the digits; any character is its own at 0.
fn neighbour(c: char, by: i32) -> Option<char> {
    let (first, size) = match c {
        'a'..='z' => (u32::from('a'), 26),
        '0'..='9' => (u32::from('0'), 10),
        _ => return (by == 0).then_some(c),
    };
    let place = i32::try_from(u32::from(c) - first).ok()?;
    char::from_u32(first + u32::try_from((place + by).rem_euclid(size)).ok()?)
}

/// Row and column on a US keyboard, shifted digits with the digits.
fn key(c: char) -> Option<(i32, i32)> {
    const ROWS: [&str; 5] = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()"];
    let (row, column) = ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(c)?)))?;
    Some((i32::try_from(row % 4).ok()?, i32::try_from(column).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> f64 {
        bits(&text.chars().collect::<Vec<_>>(), &[])
    }

    #[test]
    fn the_list_holds_ten_thousand_folded_entries_without_its_notice() {
        assert!(PLACES.len() >= 10_000);
        assert_eq!(common().next(), Some("123456"));
        assert!(common().all(|entry| (4..=LONGEST).contains(&entry.len()) && entry == entry.to_lowercase()));
        assert!(!common().any(|entry| entry.contains([' ', '#'])));
    }

    #[test]
    fn every_entry_is_cheap() {
        assert!(common().all(|entry| of(entry) < 15.0));
    }

    #[test]
    fn what_is_repeated_costs_little_more_than_once() {
        assert!(of("dragondragon") <= of("dragon") + AGAIN);
        assert!(of("tomtomtomtomtomtom") <= of("tom") + AGAIN);
        assert!(of("k9vq3x8zk9vq3x8z") <= of("k9vq3x8z") + AGAIN);
    }

    #[test]
    fn a_zigzag_over_the_keys_turns_once() {
        assert_eq!(of("1q2w3e4r5t6y7u8i9o"), WALK + TURN);
    }

    #[test]
    fn unrelated_characters_cost_what_their_alphabet_costs() {
        assert!((of("hqzkwm") - 6.0 * 26f64.log2()).abs() < 1e-9);
    }
}
