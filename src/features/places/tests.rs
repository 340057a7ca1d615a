use super::ops::{full_name, sort_path};
use crate::access::{Decision, Level, Need, Screen, Target, decide};
use crate::db::{STATEMENTS, exec, rows};
use crate::server::identity::find_actor;
use crate::testing::{Browser, Given, START, TestApp, UserSpec, both, levels};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::cell::Cell;
use std::collections::BTreeSet;

/// Two buildings with floors 1, 2 and 10 in this order, each with two rooms, each with a light and a sensor.
async fn plant(app: &TestApp) {
    for building in ["Building A", "Building B"] {
        let top = app.place(None, "building", building).await;
        for floor in ["Floor 1", "Floor 2", "Floor 10"] {
            let floor = app.place(Some(&top), "floor", floor).await;
            for room in ["Room 1", "Room 2"] {
                let room = app.place(Some(&floor), "room", room).await;
                app.place(Some(&room), "light", "Light").await;
                app.place(Some(&room), "sensor", "Sensor").await;
            }
        }
    }
}

/// The id of a place by its full name.
async fn id_of(app: &TestApp, name: &str) -> String {
    let mut held = app.system().read().await.unwrap();
    let found = rows!(held.conn(), (String,), "select id from places where full_name = $1", name).unwrap();
    found[0].0.clone()
}

async fn retire(app: &TestApp, name: &str) {
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), "update places set retired = true where full_name = $1", name).unwrap();
    write.commit_unlogged().await.unwrap();
}

async fn names(browser: &mut Browser, path: &str) -> Vec<String> {
    let list = browser.get(path).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|item| item["full_name"].as_str().unwrap().to_owned()).collect()
}

const READ: Level = Level::Read;

#[test]
fn places_sort_by_position_and_not_by_digits() {
    let building = sort_path(None, 1);
    assert!(sort_path(Some(&building), 2) < sort_path(Some(&building), 10));
    assert!(sort_path(Some(&building), 10) < sort_path(None, 2), "all of a building before the next");
    assert_eq!(full_name(Some("Building A / Floor 1"), "Room 101"), "Building A / Floor 1 / Room 101");
}

both! {
    async fn viewer_of_a_floor_gets_exactly_its_rooms(app: TestApp) {
        plant(&app).await;
        let floor = id_of(&app, "Building A / Floor 2").await;
        let grants = vec![Given::own(levels([(Screen::Rooms, READ), (Screen::Lighting, READ)])).at(&floor)];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        let rooms = ["Building A / Floor 2 / Room 1", "Building A / Floor 2 / Room 2"];
        assert_eq!(names(&mut anna, "/api/v1/rooms").await, rooms);
        assert_eq!(names(&mut anna, "/api/v1/floors").await, ["Building A / Floor 2"]);
        assert_eq!(names(&mut anna, "/api/v1/buildings").await, [""; 0], "a building above is not within reach");
        assert_eq!(names(&mut anna, "/api/v1/lights").await, rooms.map(|room| format!("{room} / Light")));
        anna.get("/api/v1/hvac").await.expect(403);
    }

    async fn out_of_reach_answers_like_missing(app: TestApp) {
        plant(&app).await;
        let floor = id_of(&app, "Building A / Floor 2").await;
        let grants = vec![Given::own(levels([(Screen::Rooms, READ)])).at(&floor)];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        let missing = anna.get("/api/v1/rooms/01900000-0000-7000-8000-000000000000").await.expect(404).json();
        let others = [
            ("rooms", "Building A / Floor 1 / Room 1"),
            ("rooms", "Building B / Floor 2 / Room 1"),
            ("floors", "Building A / Floor 1"),
            ("buildings", "Building A"),
            ("rooms", "Building A / Floor 2"),
        ];
        for (list, name) in others {
            let answer = anna.get(&format!("/api/v1/{list}/{}", id_of(&app, name).await)).await.expect(404).json();
            assert_eq!(answer, missing, "{name}");
        }
        anna.get("/api/v1/rooms/nonsense").await.expect(404);
        let other_list = format!("/api/v1/lights/{}", id_of(&app, "Building A / Floor 2 / Room 1 / Light").await);
        anna.get(&other_list).await.expect(403);
    }

    async fn a_place_is_told_with_where_it_stands(app: TestApp) {
        plant(&app).await;
        let mut admin = app.admin().await;
        let light = id_of(&app, "Building A / Floor 2 / Room 1 / Light").await;
        let answer = admin.get(&format!("/api/v1/lights/{light}")).await.expect(200);
        assert_eq!(answer.header("etag"), "\"1\"");
        let room = id_of(&app, "Building A / Floor 2 / Room 1").await;
        assert_eq!(answer.json(), serde_json::json!({
            "id": light, "kind": "light", "name": "Light", "full_name": "Building A / Floor 2 / Room 1 / Light",
            "parent_id": room, "building_id": id_of(&app, "Building A").await,
            "floor_id": id_of(&app, "Building A / Floor 2").await, "room_id": room, "state": {}, "version": 1,
        }));
        let building = admin.get(&format!("/api/v1/buildings/{}", id_of(&app, "Building A").await)).await.json();
        assert!(building.get("floor_id").is_none() && building["parent_id"].is_null());
    }

    async fn a_retired_place_opens_nothing(app: TestApp) {
        plant(&app).await;
        let floor = id_of(&app, "Building A / Floor 2").await;
        let room = id_of(&app, "Building A / Floor 2 / Room 1").await;
        let grants = vec![Given::own(levels([(Screen::Rooms, READ)])).at(&floor)];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        assert_eq!(names(&mut anna, "/api/v1/rooms").await.len(), 2);
        retire(&app, "Building A / Floor 2").await;
        anna.get("/api/v1/rooms").await.expect(403);
        anna.get(&format!("/api/v1/rooms/{room}")).await.expect(403);
        let mut admin = app.admin().await;
        admin.get(&format!("/api/v1/floors/{floor}")).await.expect(404);
        assert_eq!(names(&mut admin, "/api/v1/floors").await.len(), 5);
    }

    async fn lists_are_in_the_order_of_the_building_and_narrowed(app: TestApp) {
        plant(&app).await;
        let mut admin = app.admin().await;
        let floors = ["Building A / Floor 1", "Building A / Floor 2", "Building A / Floor 10"];
        let building = id_of(&app, "Building A").await;
        assert_eq!(names(&mut admin, &format!("/api/v1/floors?building_id={building}")).await, floors);
        let floor = id_of(&app, floors[2]).await;
        let both = format!("/api/v1/devices?building_id={building}&floor_id={floor}&kind=sensor");
        let sensors = ["Room 1", "Room 2"].map(|room| format!("{} / {room} / Sensor", floors[2]));
        assert_eq!(names(&mut admin, &both).await, sensors);
        assert_eq!(names(&mut admin, "/api/v1/devices?kind=light").await.len(), 12);
        assert_eq!(names(&mut admin, "/api/v1/rooms?q=OOM+2").await.len(), 6);
        assert_eq!(names(&mut admin, "/api/v1/floors?q=1").await.len(), 4);
        assert_eq!(names(&mut admin, "/api/v1/rooms?q=%25").await.len(), 0, "% is text, no pattern");
        let elsewhere = "/api/v1/rooms?building_id=01900000-0000-7000-8000-000000000000";
        assert_eq!(names(&mut admin, elsewhere).await.len(), 0);
        for wrong in ["kind=light", "sort=path", "building_id=x", "limit=201", "limit=x", "cursor=x", "nonsense=1"] {
            let answer = admin.get(&format!("/api/v1/rooms?{wrong}")).await.expect(400);
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }

    async fn pages_hold_every_row_once_in_each_order(app: TestApp) {
        plant(&app).await;
        let mut admin = app.admin().await;
        for sort in ["", "place", "-place", "name", "-name"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/api/v1/devices?limit=5&sort={sort}&cursor={cursor}");
                let page = admin.get(&path).await.expect(200).json();
                assert_eq!(page["count"], 24);
                seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["full_name"].to_string()));
                let Some(next) = page["next_cursor"].as_str() else { break };
                let other = if sort == "name" { "place" } else { "name" };
                admin.get(&format!("/api/v1/devices?sort={other}&cursor={next}")).await.expect(400);
                cursor = next.to_owned();
            }
            assert_eq!(seen.len(), 24, "{sort}");
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 24, "{sort}");
        }
    }

    async fn a_list_costs_the_same_statements_whatever_its_size(app: TestApp) {
        let mut admin = app.admin().await;
        let mut counted = Vec::new();
        for _ in 0..2 {
            for path in ["/api/v1/rooms?limit=200", "/api/v1/devices?limit=200&q=l", "/api/v1/alerts"] {
                let ask = async {
                    admin.get(path).await.expect(200);
                    STATEMENTS.with(Cell::get)
                };
                counted.push(STATEMENTS.scope(Cell::new(0), ask).await);
            }
            plant(&app).await;
        }
        // Two of the session (itself and its grants), the page, and the count where the page does not show everything.
        assert!(counted.iter().all(|statements| (3..=4).contains(statements)), "{counted:?}");
    }

    async fn rest_list_equals_the_decision_for_random_grants(app: TestApp) {
        plant(&app).await;
        let mut rng = StdRng::seed_from_u64(11);
        let organization = app.organization_id().await;
        let all = "select id, path, kind from places order by sort_path";
        let places = rows!(app.system().read().await.unwrap().conn(), (String, String, String), all).unwrap();
        for n in 0..25 {
            let mut grants = Vec::new();
            for _ in 0..rng.random_range(0..4) {
                let given = Given::own(levels([(Screen::Rooms, Level::ALL[rng.random_range(0..3)])]));
                let given = match rng.random_range(0..5) {
                    0 => given.until(START),
                    1 => given.from(START + 1),
                    _ => given,
                };
                let place = &places[rng.random_range(0..places.len())].0;
                grants.push(if rng.random_bool(0.85) { given.at(place) } else { given });
            }
            let username = format!("user{n}");
            let person = app.user(UserSpec { username: &username, grants, ..UserSpec::default() }).await;
            let mut held = app.system().read().await.unwrap();
            let actor = find_actor(&mut held.conn(), &organization, &person.id, START).await.unwrap().unwrap();
            let need = |path: &str| Need::read(Screen::Rooms).on(Target::Place(path.to_owned()));
            let may = |path: &str| matches!(decide(&actor, &need(path)), Decision::Allowed(_));
            let decided: Vec<&str> =
                places.iter().filter(|(_, path, kind)| kind == "room" && may(path)).map(|(id, ..)| id.as_str()).collect();
            let mut browser = app.browser_of(&person).await;
            let answer = browser.get("/api/v1/rooms?limit=200").await;
            if actor.level(Screen::Rooms) == Level::None {
                assert_eq!(answer.status, 403);
                continue;
            }
            let list = answer.expect(200).json();
            let listed: Vec<&str> =
                list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
            assert_eq!(listed, decided, "{actor:#?}");
            for (id, path, _) in places.iter().filter(|place| place.2 == "room") {
                let status = browser.get(&format!("/api/v1/rooms/{id}")).await.status;
                assert_eq!(status, if may(path) { 200 } else { 404 });
            }
        }
    }

    async fn the_console_offers_only_buildings_and_floors_within_reach(app: TestApp) {
        plant(&app).await;
        let floor = id_of(&app, "Building A / Floor 2").await;
        let building = id_of(&app, "Building B").await;
        let open = levels([(Screen::Rooms, READ)]);
        let grants = vec![Given::own(open).at(&floor), Given::own(levels([(Screen::Hvac, READ)])).at(&building)];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        let options = anna.call("places.options", &serde_json::json!({ "screen": "rooms" })).await.expect(200).json();
        assert_eq!(options.as_array().unwrap().len(), 1);
        assert_eq!(options[0]["full_name"], "Building A / Floor 2");
        let options = anna.call("places.options", &serde_json::json!({ "screen": "hvac" })).await.expect(200).json();
        assert_eq!(options.as_array().unwrap().len(), 4);
        anna.call("places.options", &serde_json::json!({ "screen": "alerts" })).await.expect(403);
        let query = serde_json::json!({ "query": {} });
        let rooms = anna.call("places.rooms", &query).await.expect(200).json();
        assert_eq!(rooms["count"], 2);
        let page = anna.get("/rooms").await.expect(200);
        assert!(page.text.contains("Building A / Floor 2") && !page.text.contains("Building B"), "{}", page.text);
    }
}
