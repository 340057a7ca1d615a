use super::give::{PLACES, random_actor, random_levels};
use super::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Something to ask for, of any kind.
fn random_need(rng: &mut StdRng) -> Need {
    let screen = SCREENS[rng.random_range(0..SCREENS.len())].screen;
    let company = ["root/", "root/north/", "other/"][rng.random_range(0..3)].to_owned();
    let target = match rng.random_range(0..4) {
        0 => Target::Organization,
        1 => Target::Place(PLACES[rng.random_range(1..PLACES.len())].unwrap_or_default().into()),
        2 => Target::Company(company),
        _ => Target::Member { company, rank: Role::ALL[rng.random_range(0..3)], own: rng.random_bool(0.2) },
    };
    Need { screen, level: Level::ALL[rng.random_range(1..3)], target }
}

#[test]
fn key_never_does_more_than_its_owner_nor_than_it_was_made_for() {
    let mut rng = StdRng::seed_from_u64(3);
    let (mut opened, mut narrowed) = (0, 0);
    for _ in 0..100_000 {
        let owner = random_actor(&mut rng);
        let chosen = rng.random_bool(0.7).then(|| random_levels(&mut rng));
        let may_administer = rng.random_bool(0.5);
        let key = owner.clone().narrowed(&most_of_key(chosen, may_administer));
        let need = random_need(&mut rng);
        let (theirs, mine) = (decide(&owner, &need).allowed(), decide(&key, &need).allowed());
        assert!(theirs || !mine, "{need:?} with {chosen:?} of {owner:?}");
        let writes_access = ACCESS.contains(&need.screen) && need.level == Level::Full;
        let chose = chosen.is_none_or(|chosen| chosen.get(need.screen) >= need.level);
        assert_eq!(
            mine,
            theirs && chose && (may_administer || !writes_access),
            "{need:?} with {chosen:?} of {owner:?}"
        );
        opened += usize::from(mine);
        narrowed += usize::from(theirs && !mine);
    }
    assert!(opened > 1_000 && narrowed > 1_000, "{opened} opened, {narrowed} narrowed: the test says little");
}

#[test]
fn key_that_may_not_administer_reads_access_and_writes_the_rest() {
    let most = most_of_key(None, false);
    for row in &SCREENS {
        let expected = if ACCESS.contains(&row.screen) { Level::Read } else { Level::Full };
        assert_eq!(most.get(row.screen), expected, "{}", row.code);
    }
    assert_eq!(most_of_key(None, true), Levels::FULL);
}

/// Whoever adds a screen to *Administration* decides whether keys may write there.
#[test]
fn every_screen_of_administration_gives_access_but_the_audit_log() {
    let administration = SCREENS.iter().filter(|row| row.administration && row.screen != Screen::Audit);
    assert!(administration.map(|row| row.screen).eq(ACCESS));
}

#[test]
fn what_is_left_of_a_grant_is_shown_and_the_rest_is_not() {
    let owner = actor(
        Role::Owner,
        vec![
            grant("rooms", levels(&[(Screen::Rooms, Level::Full)]), None),
            grant("alerts", levels(&[(Screen::Alerts, Level::Read)]), None),
        ],
    );
    let key = owner.narrowed(&levels(&[(Screen::Rooms, Level::Read)]));
    assert_eq!(key.grants, vec![grant("rooms", levels(&[(Screen::Rooms, Level::Read)]), None)]);
}
