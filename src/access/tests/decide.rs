use super::*;

fn night_porter() -> Actor {
    let rights = levels(&[(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)]);
    actor(Role::Owner, vec![grant("a1", rights, Some("a/1/")), grant("a2", rights, Some("a/2/"))])
}

fn place(screen: Screen, level: Level, path: &str) -> Need {
    Need { screen, level, target: Target::Place(path.into()) }
}

#[test]
fn night_porter_opens_its_floors_and_nothing_beside_them() {
    let porter = night_porter();
    for open in ["a/1/", "a/2/room/", "a/2/room/light/"] {
        assert!(decide(&porter, &place(Screen::Rooms, Level::Full, open)).allowed(), "{open}");
    }
    for closed in ["a/", "a/3/", "b/", "a/10/"] {
        assert_eq!(
            decide(&porter, &place(Screen::Rooms, Level::Read, closed)),
            Decision::Refused(Why::OutOfReach),
            "{closed}"
        );
    }
    assert_eq!(
        decide(&porter, &Need::full(Screen::Alerts)),
        Decision::Refused(Why::NotGranted { screen: Screen::Alerts, need: Level::Full, have: Level::Read })
    );
    assert_eq!(porter.levels().open().count(), 2);
}

#[test]
fn decision_names_the_grants_that_gave_it() {
    let porter = night_porter();
    let decision = decide(&porter, &place(Screen::Rooms, Level::Read, "a/2/room/"));
    assert_eq!(decision, Decision::Allowed(vec!["a2".into()]));
    assert_eq!(decide(&porter, &Need::read(Screen::Rooms)), Decision::Allowed(vec!["a1".into(), "a2".into()]));
}

#[test]
fn grant_limited_to_a_place_opens_no_screen_without_places() {
    let limited = actor(Role::CommonManager, vec![grant("g", Levels::FULL, Some("a/"))]);
    assert_eq!(limited.level(Screen::Users), Level::None);
    assert!(!decide(&limited, &Need::read(Screen::Users)).allowed());
    assert!(decide(&limited, &Need::full(Screen::Lighting)).allowed());
}

#[test]
fn temporary_password_closes_everything() {
    let gated = Actor {
        gate: Some(Gate::PasswordChangeRequired),
        ..actor(Role::CommonManager, vec![grant("g", Levels::FULL, None)])
    };
    assert!(gated.levels().is_empty());
    assert_eq!(
        decide(&gated, &Need::read(Screen::Rooms)),
        Decision::Refused(Why::Gate { gate: Gate::PasswordChangeRequired })
    );
}

fn member(company: &str, rank: Role, own: bool, level: Level) -> Need {
    Need { screen: Screen::Users, level, target: Target::Member { company: company.into(), rank, own } }
}

#[test]
fn manager_of_a_company_reaches_it_and_those_below() {
    let manager = Actor {
        company_path: "root/north/".into(),
        ..actor(Role::OperationsEngineer, vec![grant("g", levels(&[(Screen::Users, Level::Full)]), None)])
    };
    assert!(decide(&manager, &member("root/north/", Role::Owner, false, Level::Full)).allowed());
    assert!(decide(&manager, &member("root/north/fitters/", Role::OperationsEngineer, false, Level::Full)).allowed());
    for elsewhere in ["root/", "root/south/", "root/northwest/"] {
        let need = member(elsewhere, Role::Owner, false, Level::Read);
        assert_eq!(decide(&manager, &need), Decision::Refused(Why::OutOfReach), "{elsewhere}");
    }
}

#[test]
fn nobody_writes_a_higher_rank_or_the_own_row() {
    let engineer = actor(Role::OperationsEngineer, vec![grant("g", levels(&[(Screen::Users, Level::Full)]), None)]);
    let above = member("root/", Role::CommonManager, false, Level::Full);
    assert_eq!(decide(&engineer, &above), Decision::Refused(Why::AboveRank));
    assert!(decide(&engineer, &member("root/", Role::CommonManager, false, Level::Read)).allowed());
    let own = member("root/", Role::OperationsEngineer, true, Level::Full);
    assert_eq!(decide(&engineer, &own), Decision::Refused(Why::OwnRow));
    assert!(decide(&engineer, &member("root/", Role::OperationsEngineer, true, Level::Read)).allowed());
}

#[test]
fn need_for_nothing_is_refused() {
    let all = actor(Role::CommonManager, vec![grant("g", Levels::FULL, None)]);
    assert!(!decide(&all, &Need { level: Level::None, ..Need::read(Screen::Rooms) }).allowed());
}
