use crate::access::{Level, Screen};
use crate::db::exec;
use crate::server::clock::new_id;
use crate::server::search_text;
use crate::testing::{Browser, Given, START, TestApp, UserSpec, both, levels};
use serde_json::Value;
use std::collections::BTreeSet;

/// An open alert at a place, raised so many minutes ago.
async fn alert(app: &TestApp, place: &str, severity: &str, message: &str, minutes: i64) -> String {
    const INSERT: &str = "insert into alerts (id, organization_id, place_id, severity, message, search_text, raised_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let organization = app.organization_id().await;
    let mut write = app.system().write().await.unwrap();
    let id = new_id(write.now);
    let raised = START - minutes * 60_000;
    exec!(
        write.conn(),
        INSERT,
        id.as_str(),
        organization,
        place,
        severity,
        message,
        search_text::of(&[message]),
        raised
    )
    .unwrap();
    write.commit_unlogged().await.unwrap();
    id
}

async fn acknowledge(app: &TestApp, id: &str, column: &str) {
    const ACKNOWLEDGE: &str = "update alerts set acknowledged_at = $2 where id = $1";
    const CLEAR: &str = "update alerts set cleared_at = $2 where id = $1";
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), if column == "cleared" { CLEAR } else { ACKNOWLEDGE }, id, START).unwrap();
    write.commit_unlogged().await.unwrap();
}

async fn ids(browser: &mut Browser, query: &str) -> Vec<String> {
    let list = browser.get(&format!("/api/v1/alerts{query}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

both! {
    async fn viewer_of_a_floor_gets_its_alerts_and_404_for_others(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let first = app.place(Some(&building), "floor", "Floor 1").await;
        let second = app.place(Some(&building), "floor", "Floor 2").await;
        let room = app.place(Some(&first), "room", "Room 101").await;
        let mine = alert(&app, &room, "critical", "Window open", 1).await;
        let other = alert(&app, &second, "warning", "Filter", 2).await;
        let above = alert(&app, &building, "warning", "Roof", 3).await;
        let grants = vec![Given::own(levels([(Screen::Alerts, Level::Read)])).at(&first)];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        assert_eq!(ids(&mut anna, "").await, [mine.as_str()]);
        assert_eq!(anna.get("/api/v1/alerts").await.json()["count"], 1);
        let alert = anna.get(&format!("/api/v1/alerts/{mine}")).await.expect(200).json();
        assert_eq!(alert["place_name"], "Building A / Floor 1 / Room 101");
        assert_eq!((&alert["floor_id"], &alert["raised_at"]), (&Value::from(first), &Value::from("2026-11-22T07:59:00.000Z")));
        for id in [&other, &above] {
            anna.get(&format!("/api/v1/alerts/{id}")).await.expect(404);
        }
        anna.get("/api/v1/alerts/nonsense").await.expect(404);
        anna.get("/api/v1/rooms").await.expect(403);
    }

    async fn open_alerts_come_newest_first_and_are_filtered(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let hall = app.place(None, "building", "Hall").await;
        let old = alert(&app, &building, "critical", "Temperature 30 °C", 50).await;
        let new = alert(&app, &hall, "warning", "Battery at 5 %", 5).await;
        let seen = alert(&app, &building, "warning", "Battery at 8 %", 20).await;
        let gone = alert(&app, &building, "critical", "Fire", 1).await;
        acknowledge(&app, &seen, "acknowledged").await;
        acknowledge(&app, &gone, "cleared").await;
        let mut admin = app.admin().await;
        let all = [new.as_str(), seen.as_str(), old.as_str()];
        assert_eq!(ids(&mut admin, "").await, all);
        assert_eq!(ids(&mut admin, "?sort=raised").await, [all[2], all[1], all[0]]);
        assert_eq!(ids(&mut admin, "?severity=warning&acknowledged=false").await, [all[0]]);
        assert_eq!(ids(&mut admin, "?acknowledged=true").await, [all[1]]);
        assert_eq!(ids(&mut admin, "?q=BATTERY").await, [all[0], all[1]]);
        assert_eq!(ids(&mut admin, "?q=hall").await, [all[0]]);
        assert_eq!(ids(&mut admin, "?q=b%25y").await.len(), 0, "% is text, no pattern");
        assert_eq!(ids(&mut admin, &format!("?building_id={building}")).await, [all[1], all[2]]);
        let cleared = admin.get(&format!("/api/v1/alerts/{gone}")).await.expect(200).json();
        assert_eq!(cleared["cleared_at"], "2026-11-22T08:00:00.000Z");
        for wrong in ["severity=loud", "acknowledged=1", "sort=name", "building_id=x", "cursor=x", "limit=0", "kind=light"] {
            admin.get(&format!("/api/v1/alerts?{wrong}")).await.expect(400);
        }
    }

    async fn pages_hold_every_alert_once(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        for n in 0..7 {
            // Several at one instant: the id breaks the tie.
            alert(&app, &building, "warning", "Door open", n / 3).await;
        }
        let mut admin = app.admin().await;
        for sort in ["raised", "-raised"] {
            let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
            loop {
                let path = format!("/api/v1/alerts?limit=2&sort={sort}&cursor={cursor}");
                let page = admin.get(&path).await.expect(200).json();
                for item in page["items"].as_array().unwrap() {
                    assert!(seen.insert(item["id"].as_str().unwrap().to_owned()), "twice by {sort}");
                }
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = next.to_owned();
            }
            assert_eq!(seen.len(), 7, "{sort}");
        }
    }
}
