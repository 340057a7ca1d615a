//! Effective access over the HTTP API.

use crate::access::{Level, Screen};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Given, START, TestApp, UserSpec, both, levels};
use crate::types::rfc3339;
use serde_json::{Value, json};

both! {
    async fn manager_reads_what_opens_for_a_user_where_and_which_grants_give_it(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let floor = app.place(Some(&building), "floor", "Floor 1").await;
        let porter = app.profile("Night porter", levels([(Screen::Rooms, Level::Full), (Screen::Users, Level::Read)])).await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let until = START + 600_000;
        let placed = app.grant(&nora.id, Given::profile(&porter).at(&floor).until(until)).await;
        let own = app.grant(&nora.id, Given::own(levels([(Screen::Rooms, Level::Read), (Screen::Audit, Level::Read)]))).await;
        app.grant(&nora.id, Given::own(levels([(Screen::Settings, Level::Full)])).from(START + 1)).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}/access", nora.id);
        let access = admin.get(&path).await.expect(200).json();
        assert_eq!(access["user_id"], nora.id);
        let everywhere = json!({ "id": own, "level": "read", "places": "everything", "until": null, "reason": "own permissions" });
        let here = json!([{ "id": floor, "name": "Building A / Floor 1" }]);
        let there = json!({ "id": placed, "level": "full", "places": here, "until": rfc3339(until), "reason": "profile Night porter" });
        let expected = json!([
            { "screen": "rooms", "level": "full", "places": "everything", "grants": [there, everywhere] },
            // The place limits the profile, so that it opens no users.
            { "screen": "audit", "level": "read", "places": "everything", "grants": [everywhere] },
        ]);
        assert_eq!(sorted(access["screens"].clone()), sorted(expected));
        app.clock.advance(600_000);
        let later = admin.get(&path).await.expect(200).json();
        let screens: Vec<&Value> = later["screens"].as_array().unwrap().iter().map(|it| &it["screen"]).collect();
        assert_eq!(screens, [&json!("rooms"), &json!("audit"), &json!("settings")]);
        assert_eq!(later["screens"][0]["level"], "read");
        admin.act(&format!("/api/v1/users/{}/disable", nora.id)).await.expect(200);
        assert_eq!(admin.get(&path).await.expect(200).json(), later, "what would open again");
    }

    async fn effective_access_of_a_user_in_another_company_is_not_there(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let grants = vec![Given::own(levels([(Screen::Users, Level::Read)]))];
        let mut manager = app.signed_in_as(UserSpec { username: "north", company: Some(&north), grants, ..UserSpec::default() }).await;
        manager.get(&format!("/api/v1/users/{}/access", nora.id)).await.expect(404);
    }
}

/// Grants that were made in one millisecond have no order.
fn sorted(mut screens: Value) -> Value {
    for screen in screens.as_array_mut().unwrap() {
        screen["grants"].as_array_mut().unwrap().sort_by_key(|grant| grant["id"].as_str().unwrap().to_owned());
    }
    screens
}
