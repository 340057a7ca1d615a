//! What a search compares: texts folded so that one finds a name without its accents, in any case and with any
//! keyboard's apostrophe, with the beginnings of words marked, so that one or two letters find something as well.
//!
//! Alike is what has the same primary weights in the Unicode Collation Algorithm (UTS #10 at strength 1), but where that
//! differs from what people type (`docs/decisions/0037-search-folds-by-a-table.md`).

use unicode_normalization::UnicodeNormalization;

/// Counted up when texts come out otherwise: what is stored is then made anew at the next start (`server/refold.rs`).
pub const VERSION: &str = "1";

/// Begins a word. Folding leaves no tabs in a text.
const MARK: char = '\t';

/// What is typed beyond this finds nothing that would not have been found before.
const WANTED_CHARS: usize = 100;

/// The text that is stored for a row and searched: each field folded and marked, one per line.
pub fn of(fields: &[&str]) -> String {
    let fields = fields.iter().filter(|field| !field.is_empty());
    let lines: Vec<String> = fields.map(|field| marked(&fold(field), true)).collect();
    lines.join("\n")
}

/// What to look for in a stored text; empty when nothing was typed. Three characters or more are found anywhere, one or
/// two at the beginning of a word. It has at least three characters itself, which is what an index of trigrams needs.
pub fn wanted(typed: &str) -> String {
    let folded: String = fold(typed).chars().take(WANTED_CHARS).collect();
    let folded = folded.trim_end();
    match folded.chars().count() {
        0 => String::new(),
        1 => format!("{MARK}{MARK}{folded}"),
        2 => format!("{MARK}{}", marked(folded, false)),
        _ => marked(folded, false),
    }
}

/// Marks where words begin: twice at the beginning, in place of a space, and before each sign and each character of a
/// script that puts no spaces between words; once behind a sign. What stands at a place depends on the two characters
/// around it alone, so that a part of a text is marked as the whole is.
fn marked(folded: &str, begins: bool) -> String {
    let mut text = String::with_capacity(folded.len() + 8);
    let mut before = begins.then_some(' ');
    for c in folded.chars() {
        let (double, single) = match before {
            None => (false, false),
            Some(before) => {
                (before == ' ' || unspaced(c) || !c.is_alphanumeric(), c.is_alphanumeric() && !before.is_alphanumeric())
            }
        };
        if c != ' ' && (double || single) {
            text.extend(std::iter::repeat_n(MARK, if double { 2 } else { 1 }));
        }
        before = Some(c);
        if c != ' ' {
            text.push(c);
        }
    }
    text
}

/// Of a script that is written without spaces, or whose family and given names are: a part of a name is found anywhere.
fn unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e01}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Thai, Lao, Myanmar, Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // Han
        | '\u{ac00}'..='\u{d7a3}') // Hangul
}

/// The fold itself: no case, accents, widths or ligatures, one kind of apostrophe, quotation mark, dash and space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().map(look_alike).nfkd().map(look_alike) {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if is_accent(c) {
            if own_letter(folded.chars().next_back(), c) {
                folded.push(c);
            }
        } else if !ignored(c) {
            c.to_lowercase().for_each(|c| put(&mut folded, c));
        }
    }
    // Syllables of Hangul, voiced kana and letters such as й are one character again.
    folded.trim_end().nfc().collect()
}

fn put(folded: &mut String, c: char) {
    match c {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ŧ' => folded.push('t'),
        'ŋ' => folded.push('n'),
        'ς' => folded.push('σ'),
        // Katakana as hiragana.
        '\u{30a1}'..='\u{30f6}' | '\u{30fd}'..='\u{30fe}' => {
            folded.extend(u32::from(c).checked_sub(0x60).and_then(char::from_u32));
        }
        c if is_accent(c) => {}
        c => folded.push(c),
    }
}

/// Apostrophes, quotation marks and dashes that people take for one another, as the keyboard has them. Some would come
/// apart into a space and an accent.
fn look_alike(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201b}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{2039}'
        | '\u{203a}'
        | '\u{02b9}'
        | '\u{02bb}'..='\u{02bd}'
        | '\u{02c8}'
        | '\u{00b4}'
        | '\u{0060}'
        | '\u{0384}'
        | '\u{1fbd}'
        | '\u{1fbf}'
        | '\u{1fef}'
        | '\u{1ffd}'
        | '\u{1ffe}'
        | '\u{055a}'
        | '\u{05f3}'
        | '\u{a78c}'
        | '\u{ff07}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{2036}' | '\u{00ab}' | '\u{00bb}' | '\u{02ba}' | '\u{05f4}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{058a}' | '\u{05be}' | '\u{fe58}' | '\u{fe63}' => '-',
        c => c,
    }
}

/// Accents and points that nobody has to type. Vowel signs of Indic scripts and of Thai, and the marks that tell が from
/// か, are no such: without them it is another word.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}'..='\u{05c2}' | '\u{05c4}'..='\u{05c5}' | '\u{05c7}' // Hebrew
        | '\u{0610}'..='\u{061a}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{06d6}'..='\u{06dc}'
        | '\u{06df}'..='\u{06e4}' | '\u{06e7}'..='\u{06e8}' | '\u{06ea}'..='\u{06ed}') // Arabic
}

/// й, ў and ї are letters of the alphabet, as in the root collation; ё is a way to write е.
fn own_letter(base: Option<char>, accent: char) -> bool {
    matches!((base, accent), (Some('и' | 'у'), '\u{0306}') | (Some('і'), '\u{0308}'))
}

/// What nobody sees: controls, soft hyphens, joiners, directions, variation selectors, and the Arabic stretching line.
fn ignored(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{0640}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a search looks through a stored text.
    fn finds(typed: &str, name: &str) -> bool {
        of(&[name]).contains(&wanted(typed))
    }

    #[test]
    fn accents_case_and_look_alikes_fold_as_people_type() {
        for (text, folded) in [
            ("Zoë", "zoe"),
            ("ZOE\u{308}", "zoe"),
            ("Müller", "muller"),
            ("İlkay", "ilkay"),
            ("Ilkay Işık", "ilkay isik"),
            ("Groß GROẞ", "gross gross"),
            ("O’Brien O‘Brien Oʼbrien O´Brien O`brien O＇Brien", "o'brien o'brien o'brien o'brien o'brien o'brien"),
            ("Łukasz Øst Đorđe Þór Æsa Œuvre", "lukasz ost dorde thor aesa oeuvre"),
            ("Öztürk", "ozturk"),
            ("Hanna–Maria Hanna‑Maria Hanna－Maria", "hanna-maria hanna-maria hanna-maria"),
            ("“Bo” „Bo“ «Bo»", "\"bo\" \"bo\" \"bo\""),
            ("ＡＮＮＡ １２", "anna 12"),
            ("ﬁlm Ⅷ", "film viii"),
            ("ＡΝΝΑ Άννα ΟΔΥΣΣΕΎΣ Ὀδυσσεύς", "aννα αννα οδυσσευσ οδυσσευσ"),
            ("АННА Анна", "анна анна"),
            ("Андре\u{301}й Сергей", "андрей сергеи\u{306}"),
            ("Алёна Мицкевич Їжак Ўладзь", "алена мицкевич їжак ўладзь"),
            ("ｶﾞｲﾄﾞ ガイド がいど", "がいど がいど がいど"),
            ("カイト", "かいと"),
            ("मोहन", "मोहन"),
            ("มานี", "มานี"),
            ("김민준", "김민준"),
            ("مُحَمَّد أحمد", "محمد احمد"),
            ("שָׁלוֹם", "שלום"),
            ("Nguyễn Văn Đức", "nguyen van duc"),
            ("a\u{ad}b\u{200b}c\u{feff}\u{202e}d", "abcd"),
            ("  Bo\u{a0}\u{3000}\tLind\nqvist ", "bo lind qvist"),
        ] {
            assert_eq!(fold(text), folded.nfc().collect::<String>(), "{text}");
        }
        assert_ne!(fold("Сергей"), fold("Сергеи"), "й is no accented и");
        assert_ne!(fold("ガ"), fold("カ"), "voicing makes another sound");
    }

    #[test]
    fn folding_again_changes_nothing() {
        for text in ["İstanbul Groß", "ＡＮＮＡ ガイド Сергей", "O´Brien ˝x˝ ¨a", "ŉ ŀ ĳ ﷺ ẛ̣", "Їжак ўx"]
        {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }

    #[test]
    fn three_characters_are_found_anywhere_and_fewer_where_a_word_begins() {
        for (typed, name) in [
            ("Bo", "Bo Lindqvist"),
            ("b", "Bo Lindqvist"),
            ("li", "Bo Lindqvist"),
            ("qvi", "Bo Lindqvist"),
            ("o lind", "Bo  Lindqvist"),
            ("bo lindqvist", "Bo Lindqvist"),
            ("be", "anna.berg@example.com"),
            ("a.berg@ex", "anna.berg@example.com"),
            ("@example", "anna.berg@example.com"),
            ("鈴木", "鈴木一郎"),
            ("木一", "鈴木一郎"),
            ("郎", "鈴木一郎"),
            ("鈴木一", "鈴木一郎"),
            ("木一郎", "鈴木一郎"),
            ("王芳", "王芳"),
            ("すず", "スズキ"),
            ("민준", "김민준"),
            ("o'b", "Pat O’Brien"),
            ("br", "Pat O’Brien"),
            ("10", "Room 101"),
            ("+4", "+49 30 1234"),
            (".b", "anna.berg@example.com"),
            ("_", "a_b"),
            ("@", "anna.berg@example.com"),
            ("ß", "Sssnake"),
        ] {
            assert!(finds(typed, name), "{typed} in {name}: {:?} in {:?}", wanted(typed), of(&[name]));
        }
        for (typed, name) in [("in", "Bo Lindqvist"), ("o", "Bo Lindqvist"), ("bol", "Bo Lindqvist"), ("木鈴", "鈴木")]
        {
            assert!(!finds(typed, name), "{typed} in {name}");
        }
        assert_eq!(wanted(" \u{301} "), "");
        assert!(!of(&["anna", "berg"]).contains(&wanted("annaberg")), "fields stay apart");
        for typed in ["b", "bo", "木", "鈴木", "%", "%_", "-b"] {
            assert!(wanted(typed).chars().count() >= 3, "{typed} fills a trigram");
        }
    }
}
