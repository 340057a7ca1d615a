use super::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub const PLACES: [Option<&str>; 6] = [None, Some("a/"), Some("a/1/"), Some("a/1/x/"), Some("a/2/"), Some("b/")];
const UNTIL: [Option<i64>; 3] = [None, Some(100), Some(200)];

pub fn random_levels(rng: &mut StdRng) -> Levels {
    SCREENS
        .iter()
        .filter(|_| rng.random_bool(0.3))
        .map(|row| row.screen)
        .collect::<Vec<_>>()
        .into_iter()
        .map(|screen| (screen, Level::ALL[rng.random_range(0..3)]))
        .collect()
}

pub fn random_actor(rng: &mut StdRng) -> Actor {
    let grants = (0..rng.random_range(0..4)).map(|n| {
        let given = grant(&n.to_string(), random_levels(rng), PLACES[rng.random_range(0..PLACES.len())]);
        let team = rng.random_bool(0.3).then(|| Team { id: "team".into(), name: "Team".into() });
        Grant { until: UNTIL[rng.random_range(0..UNTIL.len())], team, ..given }
    });
    let grants = grants.collect();
    actor(Role::CommonManager, grants)
}

/// Everything that `taker` can do with the gift, `giver` could do already.
#[test]
fn nobody_gives_more_than_they_have() {
    let mut rng = StdRng::seed_from_u64(2);
    let mut given = 0;
    for _ in 0..100_000 {
        let giver = random_actor(&mut rng);
        let (place, until) = (PLACES[rng.random_range(0..PLACES.len())], UNTIL[rng.random_range(0..UNTIL.len())]);
        let rights = random_levels(&mut rng);
        if may_give(&giver, &Gift { levels: rights, place, until }).is_err() {
            continue;
        }
        given += 1;
        let taker = actor(Role::Owner, vec![Grant { until, ..grant("gift", rights, place) }]);
        for (screen, level) in rights.open() {
            for path in PLACES.into_iter().flatten() {
                let need = Need { screen, level, target: Target::Place(path.into()) };
                let (theirs, mine) = (decide(&taker, &need).allowed(), decide(&giver, &need).allowed());
                assert!(!theirs || mine, "{giver:?} gave {need:?}");
            }
            let need = Need { screen, level, target: Target::Organization };
            assert!(!decide(&taker, &need).allowed() || decide(&giver, &need).allowed());
        }
    }
    assert!(given > 1_000, "only {given} gifts were possible: the test says nothing");
}

#[test]
fn right_that_ends_cannot_be_given_for_longer() {
    let rights = levels(&[(Screen::Rooms, Level::Full)]);
    let giver = actor(Role::CommonManager, vec![Grant { until: Some(100), ..grant("g", rights, None) }]);
    assert!(may_give(&giver, &Gift { levels: rights, place: None, until: Some(100) }).is_ok());
    assert!(may_give(&giver, &Gift { levels: rights, place: None, until: Some(101) }).is_err());
    let short = may_give(&giver, &Gift { levels: rights, place: None, until: None });
    assert_eq!(short, Err(Shortfall { screen: Screen::Rooms, wanted: Level::Full }));
}

#[test]
fn two_halves_give_the_whole_only_where_each_holds_all_of_it() {
    let giver = actor(
        Role::CommonManager,
        vec![
            grant("r", levels(&[(Screen::Rooms, Level::Full)]), Some("a/")),
            grant("l", levels(&[(Screen::Lighting, Level::Read)]), None),
        ],
    );
    let both = levels(&[(Screen::Rooms, Level::Read), (Screen::Lighting, Level::Read)]);
    assert!(may_give(&giver, &Gift { levels: both, place: Some("a/1/"), until: None }).is_ok());
    assert!(may_give(&giver, &Gift { levels: both, place: None, until: None }).is_err());
}

#[test]
fn only_one_whose_rights_are_all_within_one_s_own_may_be_reset() {
    let rights = levels(&[(Screen::Rooms, Level::Full)]);
    let (small, large) = (
        actor(Role::Owner, vec![grant("s", rights, Some("a/1/"))]),
        actor(Role::Owner, vec![grant("l", rights, Some("a/"))]),
    );
    assert!(within(&small, &large).is_ok());
    assert!(within(&large, &small).is_err());
}
