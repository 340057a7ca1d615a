use super::*;

#[test]
fn each_device_right_contains_the_one_before_and_opens_only_what_lists_devices() {
    let mut before = Levels::NONE;
    for right in DeviceRight::ALL {
        let levels = right.levels();
        assert_eq!(levels.max(&before), levels, "{right:?}");
        assert_ne!(levels, before, "{right:?}");
        assert!(levels.open().all(|(screen, _)| matches!(screen, Screen::Devices | Screen::Lighting | Screen::Hvac)));
        assert_eq!(DeviceRight::from_code(right.code()), Some(right));
        before = levels;
    }
    assert_eq!(DeviceRight::View.levels().get(Screen::Lighting), Level::Read);
    assert_eq!(DeviceRight::Control.levels().get(Screen::Devices), Level::Read);
    assert_eq!(DeviceRight::Control.levels().get(Screen::Lighting), Level::Full);
}

#[test]
fn reason_of_a_grant_names_what_gave_it_and_the_team() {
    let team = Some(Team { id: "t".into(), name: "Night shift".into() });
    let profile = Source::Profile { id: "p".into(), name: "Technician".into(), builtin: false };
    let reason = |source: &Source, team: &Option<Team>| {
        Grant { source: source.clone(), team: team.clone(), ..grant("g", Levels::FULL, None) }.reason()
    };
    assert_eq!(reason(&profile, &None), "Technician");
    assert_eq!(reason(&profile, &team), "Technician through team Night shift");
    assert_eq!(reason(&Source::Own, &None), "Own permissions");
    assert_eq!(reason(&Source::Own, &team), "Permissions through team Night shift");
    assert_eq!(reason(&Source::Device(DeviceRight::View), &team), "View of devices through team Night shift");
}
