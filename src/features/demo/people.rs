//! People who do not exist. The same number always gives the same person.

use super::catalog::PROFILES;
use crate::access::Role;
use fake::Fake;
use fake::faker::name::raw::{FirstName, LastName};
use fake::locales::{DE_DE, EN, FR_FR, IT_IT, NL_NL, PT_BR, TR_TR};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use unicode_normalization::UnicodeNormalization;

const SEED: u64 = 0x00D0_0A2D;

pub struct Person {
    pub name: String,
    /// `anna.keller`: not unique.
    pub handle: String,
    pub region: &'static str,
    pub phone: String,
    pub description: &'static str,
    pub role: Role,
    pub disabled: bool,
    /// Before now; none for somebody who never signed in.
    pub last_sign_in: Option<i64>,
    /// Before now.
    pub hired: i64,
    /// In per mille of the organization's companies; 0 is the root company.
    pub company: u32,
    /// One or two of `PROFILES`.
    pub profiles: Vec<usize>,
    pub place: Whereabouts,
}

/// Where a person's profiles hold, to be matched with the buildings that there are.
pub enum Whereabouts {
    Everything,
    Building(u32),
    /// The building, and which of its floors.
    Floors(u32, Vec<u32>),
}

const DAY: i64 = 24 * 3_600_000;

const DESCRIPTIONS: [&str; 6] = [
    "Night shift",
    "Weekends only",
    "Day shift",
    "Until the lobby is finished",
    "Trainee",
    "Stands in for the manager",
];

pub fn person(number: u64) -> Person {
    let rng = &mut StdRng::seed_from_u64(SEED.wrapping_add(number));
    let (region, (first, last)) = match rng.random_range(0..10) {
        0..5 => ("europe", european(rng)),
        5..7 => ("north_america", (FirstName(EN).fake_with_rng(rng), LastName(EN).fake_with_rng(rng))),
        7 => ("latin_america", (FirstName(PT_BR).fake_with_rng(rng), LastName(PT_BR).fake_with_rng(rng))),
        8 => ("middle_east_africa", (FirstName(TR_TR).fake_with_rng(rng), LastName(TR_TR).fake_with_rng(rng))),
        _ => ("asia_pacific", (FirstName(EN).fake_with_rng(rng), LastName(EN).fake_with_rng(rng))),
    };
    let phone = if region == "asia_pacific" {
        format!("+659{}{:06}", rng.random_range(0..=8), rng.random_range(0..1_000_000))
    } else {
        String::new()
    };
    let company = if rng.random_bool(0.45) { 0 } else { rng.random_range(0..1000) };
    let role = match rng.random_range(0..1000) {
        0..15 if company == 0 => Role::CommonManager,
        0..200 => Role::OperationsEngineer,
        _ => Role::Owner,
    };
    let hired = rng.random_range(61..700) * DAY;
    Person {
        handle: format!("{}.{}", ascii(first), ascii(last)),
        name: format!("{first} {last}"),
        region,
        phone,
        description: if rng.random_bool(0.2) { DESCRIPTIONS[rng.random_range(0..DESCRIPTIONS.len())] } else { "" },
        role,
        disabled: rng.random_bool(0.06),
        last_sign_in: rng.random_bool(0.88).then(|| recently(rng)),
        hired,
        company,
        profiles: profiles(rng),
        place: whereabouts(rng),
    }
}

fn european(rng: &mut StdRng) -> (&'static str, &'static str) {
    match rng.random_range(0..8) {
        0 => (FirstName(DE_DE).fake_with_rng(rng), LastName(DE_DE).fake_with_rng(rng)),
        1 => (FirstName(FR_FR).fake_with_rng(rng), LastName(FR_FR).fake_with_rng(rng)),
        2 => (FirstName(IT_IT).fake_with_rng(rng), LastName(IT_IT).fake_with_rng(rng)),
        3 => (FirstName(NL_NL).fake_with_rng(rng), LastName(NL_NL).fake_with_rng(rng)),
        _ => (FirstName(EN).fake_with_rng(rng), LastName(EN).fake_with_rng(rng)),
    }
}

/// Within sixty days, more of it lately.
fn recently(rng: &mut StdRng) -> i64 {
    let share: f64 = rng.random_range(0.0..1.0);
    (share * share * (60 * DAY) as f64) as i64 + 60_000
}

fn profiles(rng: &mut StdRng) -> Vec<usize> {
    let mut chosen = vec![weighted(rng)];
    if rng.random_bool(0.3) {
        let second = weighted(rng);
        if second != chosen[0] {
            chosen.push(second);
        }
    }
    chosen
}

fn weighted(rng: &mut StdRng) -> usize {
    let all: u32 = PROFILES.iter().map(|profile| profile.weight).sum();
    let mut left = rng.random_range(0..all);
    PROFILES
        .iter()
        .position(|profile| match left.checked_sub(profile.weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
        .unwrap_or(0)
}

fn whereabouts(rng: &mut StdRng) -> Whereabouts {
    let building = rng.random_range(0..1000);
    match rng.random_range(0..100) {
        0..45 => Whereabouts::Everything,
        45..75 => Whereabouts::Building(building),
        _ => {
            let first = rng.random_range(0..1000);
            Whereabouts::Floors(building, (first..first + rng.random_range(1..=3)).collect())
        }
    }
}

/// Letters a to z that come closest, for usernames and addresses.
fn ascii(name: &str) -> String {
    let plain = |c: char| match c {
        'ß' => "ss".to_owned(),
        'ø' | 'Ø' => "o".to_owned(),
        'æ' | 'Æ' => "ae".to_owned(),
        'ł' | 'Ł' => "l".to_owned(),
        'ı' => "i".to_owned(),
        other => other.nfd().filter(char::is_ascii_alphanumeric).collect(),
    };
    let plain: String = name.chars().map(plain).collect();
    if plain.is_empty() { "user".to_owned() } else { plain.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::accounts::check;
    use crate::server::text;

    #[test]
    fn generated_people_would_pass_the_form() {
        for number in 0..5_000 {
            let person = person(number);
            let username = check::username(&person.handle).unwrap().0;
            assert_eq!(text::username_key(&username).as_deref(), Some(person.handle.as_str()));
            check::name(&person.name).unwrap();
            check::email(&format!("{}@example.com", person.handle)).unwrap();
            assert_eq!(check::phone(&person.phone).unwrap(), person.phone, "{}", person.phone);
            assert!(person.last_sign_in.is_none_or(|ago| ago < person.hired));
        }
    }

    #[test]
    fn the_same_number_gives_the_same_person() {
        assert_eq!(person(7).name, person(7).name);
        assert_eq!(ascii("Núñez-Strauß Øre"), "nunezstraussore");
    }
}
