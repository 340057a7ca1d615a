//! Every pair of colours that stands on a page is told apart, in light and in dark: text 4.5, edges and marks 3 (WCAG 2.2, 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

const GROUNDS: &str = "page surface raised sunken hover act-soft";

/// What stands on what, and how much brighter one must be.
const PAIRS: [(&str, &str, f64); 11] = [
    ("ink muted act-text", GROUNDS, 4.5),
    ("ink muted", "warn-soft danger-soft", 4.5),
    ("warn", "page surface raised sunken hover act-soft warn-soft", 4.5),
    ("danger", "page surface raised sunken hover act-soft danger-soft", 4.5),
    ("on-act", "act act-hover", 4.5),
    ("on-sign", "sign", 4.5),
    ("on-danger", "danger-fill", 4.5),
    ("read", "read-soft", 4.5),
    ("on-full", "full", 4.5),
    ("edge full act sign", "page surface raised act-soft", 3.0),
    ("warn-edge read-edge danger-fill", "page surface raised", 3.0),
];

#[test]
fn colours_that_meet_are_told_apart_in_both_modes() {
    let tokens = tokens();
    let mut close = Vec::new();
    for (marks, grounds, least) in PAIRS {
        for mark in marks.split(' ') {
            for ground in grounds.split(' ') {
                for (mode, of) in ["light", "dark"].into_iter().enumerate() {
                    let ratio = ratio(tokens[mark][mode], tokens[ground][mode]);
                    if ratio < least {
                        close.push(format!("{mark} on {ground}, {of}: {ratio:.2} of {least}"));
                    }
                }
            }
        }
    }
    assert_eq!(close, Vec::<String>::new());
}

/// The luminance of each `--name: light-dark(oklch(…), oklch(…))`.
fn tokens() -> BTreeMap<&'static str, [f64; 2]> {
    let token = |line: &'static str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(oklch(")?;
        let (light, dark) = value.split_once("), oklch(")?;
        Some((name, [luminance(light), luminance(dark)]))
    };
    TOKENS.lines().filter_map(token).collect()
}

/// Of `45% 0.098 160`, by the way from OKLCH to linear sRGB.
fn luminance(colour: &str) -> f64 {
    let numbers: Vec<f64> =
        colour.trim_end_matches([')', ';']).split([' ', '%']).filter_map(|it| it.parse().ok()).collect();
    let (l, c, h) = (numbers[0] / 100.0, numbers[1], numbers[2].to_radians());
    let (a, b) = (c * h.cos(), c * h.sin());
    let x = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let y = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let z = (l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    let red = 4.076_741_662_1 * x - 3.307_711_591_3 * y + 0.230_969_929_2 * z;
    let green = -1.268_438_004_6 * x + 2.609_757_401_1 * y - 0.341_319_396_5 * z;
    let blue = -0.004_196_086_3 * x - 0.703_418_614_7 * y + 1.707_614_701 * z;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

fn ratio(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
