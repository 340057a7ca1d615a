//! Where something is: the sign of the building, as over its door, and the floors in words.

use leptos::prelude::*;

const FLOOR: &str = "Floor ";

/// `A` *floors 1–2*. In full for who does not see it, and under the pointer. `names` as people read them:
/// `Building A / Floor 1`, or `Everywhere`.
pub fn signs(names: &[&str]) -> AnyView {
    let full = names.join(", ");
    let (signs, words) = in_short(names);
    let signs = signs.into_iter().map(|sign| view! { <span class="plate">{sign}</span> }).collect_view();
    view! {
        <span class="at">
            <span class="visually-hidden">{full.clone()}</span>
            <span aria-hidden="true" title=full>{signs}{words}</span>
        </span>
    }
    .into_any()
}

/// The letters on the signs, and what stands beside them.
fn in_short(names: &[&str]) -> (Vec<String>, String) {
    let (mut buildings, mut whole, mut floors, mut one) = (Vec::new(), true, 0_u64, "");
    for name in names.iter().filter(|name| !name.is_empty()) {
        let (building, rest) = name.split_once(" / ").unwrap_or((name, ""));
        if !buildings.contains(&building) {
            buildings.push(building);
        }
        whole &= rest.is_empty();
        floors |= rest.strip_prefix(FLOOR).and_then(|floor| 1_u64.checked_shl(floor.parse().ok()?)).unwrap_or(0);
        one = rest;
    }
    let words = match names {
        _ if names.contains(&"Everywhere") => return (Vec::new(), "Everywhere".to_owned()),
        _ if buildings.is_empty() => String::new(),
        _ if whole => "all floors".to_owned(),
        [_] => one.replacen(FLOOR, "floor ", 1),
        _ if buildings.len() == 1 && floors.count_ones() as usize == names.len() => ranges(floors),
        _ => format!("{} places", names.len()),
    };
    (buildings.into_iter().map(sign).collect(), words)
}

/// The letter of `Building A`, else the first letters of a name.
fn sign(building: &str) -> String {
    match building.strip_prefix("Building ") {
        Some(letter) if letter.chars().count() <= 2 => letter.to_owned(),
        _ => building.split_whitespace().take(2).filter_map(|word| word.chars().next()).collect(),
    }
}

/// `floors 1–3, 5`, a bit for each.
fn ranges(floors: u64) -> String {
    let is = |floor: u32| floors & 1_u64.checked_shl(floor).unwrap_or(0) != 0;
    let mut text = "floors".to_owned();
    for floor in 0..u64::BITS {
        match (floor > 0 && is(floor - 1), is(floor), is(floor + 1)) {
            (false, true, _) => text += &format!("{} {floor}", if text.len() > 6 { "," } else { "" }),
            (true, true, false) => text += &format!("–{floor}"),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::in_short;

    #[track_caller]
    fn reads(names: &[&str], signs: &[&str], words: &str) {
        let (letters, said) = in_short(names);
        assert_eq!((letters.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), said.as_str()), (signs, words));
    }

    #[test]
    fn places_read_as_signs_and_words() {
        reads(&["Building A / Floor 2", "Building A / Floor 1"], &["A"], "floors 1–2");
        reads(&["Building A / Floor 1", "Building A / Floor 2", "Building A / Floor 5"], &["A"], "floors 1–2, 5");
        reads(&["Building B / Floor 10"], &["B"], "floor 10");
        reads(&["Building A", "Building B"], &["A", "B"], "all floors");
        reads(&["Building A / Floor 1 / Room 101"], &["A"], "floor 1 / Room 101");
        reads(&["Building A / Floor 1", "Building C"], &["A", "C"], "2 places");
        reads(&["Garden Wing / Cellar"], &["GW"], "Cellar");
        reads(&["Building A", "Everywhere"], &[], "Everywhere");
        reads(&[""], &[], "");
    }
}
