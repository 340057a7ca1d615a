//! Everything that can be asked over HTTP, asked once, and every list in every order and with every filter.

use super::fill::Filled;
use crate::app::endpoints;
use crate::app::tests::doorway::samples::{Ids, body};
use crate::app::tests::doorway::{Endpoint, all};
use crate::db::recorded::{Ran, recorded};
use crate::features::mail;
use crate::server::cursor::{self, Value};
use crate::server::{expiry, usage_log};
use crate::testing::{Browser, TestApp};
use crate::types::Count;
use serde_json::json;

/// Which statements what was asked ran.
pub type Seen = Vec<(String, Vec<Ran>)>;

/// A list: its path, its orders with a value in the middle of each, and its filters.
pub struct List {
    pub path: String,
    pub sorts: Vec<(&'static str, Value)>,
    pub filters: Vec<String>,
}

impl List {
    fn new<const N: usize>(path: &str, sorts: [(&'static str, Value); N], filters: &[String]) -> List {
        List { path: format!("/api/v1/{path}"), sorts: sorts.into(), filters: filters.to_vec() }
    }

    /// Everything to ask for: the first page and one in the middle, both ways in each order, alone and with each filter.
    pub fn questions(&self) -> Vec<String> {
        let mut asked = Vec::new();
        for (sort, middle) in &self.sorts {
            for sort in [(*sort).to_owned(), format!("-{sort}")] {
                for filter in std::iter::once("").chain(self.filters.iter().map(String::as_str)) {
                    let and = if filter.is_empty() { "" } else { "&" };
                    asked.push(format!("{}?sort={sort}{and}{filter}", self.path));
                    // What has one value has no middle.
                    if filter.split('=').next() != Some(sort.trim_start_matches('-')) {
                        let deep = cursor::encode(&sort, middle.clone(), "5", Some(Count::Exactly(1)));
                        asked.push(format!("{}?sort={sort}{and}{filter}&cursor={deep}", self.path));
                    }
                }
            }
        }
        asked
    }
}

/// Every list of the HTTP API; one that is missing here is told by name.
pub fn lists(filled: &Filled, now: i64) -> Vec<List> {
    let text = |text: &str| Value::Text(text.to_owned());
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let half = now - filled.users / 2;
    let Filled { company, profile, building, floor, room, team, user, .. } = filled;
    let of = |name: &str, id: &str| format!("{name}={id}");
    let within = [of("building_id", building), of("floor_id", floor), of("room_id", room)];
    let place = |path: &str, kind: &str, filters: &[String]| {
        let sorts = [("place", text("1000000003/1000000001/")), ("name", text(&format!("{kind} 5")))];
        List::new(path, sorts, filters)
    };
    let members = format!("teams/{team}/members");
    let found = vec![
        List::new(
            "users",
            [
                ("name", text("name 5")),
                ("username", text("u5")),
                ("email", text("e5")),
                ("company", text("c5")),
                ("role", Value::Int(2)),
                ("status", text("active")),
                ("last_sign_in_at", Value::Int(filled.users / 2)),
            ],
            &[
                of("company_id", company),
                of("profile_id", profile),
                of("role", "owner"),
                of("role", "operations_engineer"),
                of("role", "common_manager"),
                of("status", "active"),
                of("status", "disabled"),
            ],
        ),
        List::new("profiles", [("name", text("profile 3"))], &[]),
        List::new(
            "sessions",
            [("signed_in_at", Value::Int(half))],
            &words(&["kind=console", "kind=integration", "kind=api_key", "kind=api_user", "q=u7"]),
        ),
        List::new(
            "audit-events",
            [("at", Value::Int(half))],
            &[of("action", "users.edit"), of("actor_id", user), of("target_id", user)],
        ),
        List::new(
            "alerts",
            [("raised", Value::Int(half))],
            &[of("severity", "critical"), of("acknowledged", "true"), of("building_id", building)],
        ),
        List::new("teams", [("name", text("team 5"))], &[of("member_id", user), of("profile_id", profile)]),
        List::new(&members, [("name", text("name 5"))], &[]),
        List::new(
            "api-users",
            [("name", text("robot 5"))],
            &[of("status", "active"), of("company_id", company), of("role", "owner"), of("team_id", team)],
        ),
        List::new("integrations", [("name", text("client 5"))], &words(&["status=active"])),
        List::new("api-keys", [("name", text("key 5"))], &[]),
        List::new(
            "grants",
            [("created_at", Value::Int(filled.users / 2))],
            &[
                of("subject_kind", "user"),
                of("subject_id", user),
                of("profile_id", profile),
                of("place_id", building),
                of("active", "true"),
                of("active", "false"),
            ],
        ),
        List::new("settings/mails", [("created_at", Value::Int(half))], &words(&["status=waiting", "status=failed"])),
        place("buildings", "building", &[]),
        place("floors", "floor", &within[..1]),
        place("rooms", "room", &within[..2]),
        place("devices", "device", &[&within[..], &words(&["kind=light"])].concat()),
        place("lights", "device", &within),
        place("hvac", "device", &within),
    ];
    let one_of = |path: &str| path.contains("{id}") && !path.ends_with("/members");
    let others = ["/api/v1/me", "/api/v1/check", "/api/v1/events", "/api/v1/settings"];
    for endpoint in endpoints::api().endpoints.into_iter().filter(|it| it.verb == "GET" && !one_of(it.path)) {
        let path = endpoint.path.replace("{id}", team);
        assert!(
            others.contains(&endpoint.path) || found.iter().any(|list| list.path == path),
            "{path} is no list here"
        );
    }
    found
}

/// Every list, asked by somebody.
pub async fn ask_lists(browser: &mut Browser, lists: &[List], seen: &mut Seen) {
    for question in lists.iter().flat_map(List::questions) {
        let (answer, ran) = recorded(browser.get(&question)).await;
        answer.expect(200);
        seen.push((question, ran));
    }
}

fn only_reads(endpoint: &Endpoint) -> bool {
    endpoint.verb == "GET" || endpoint.path.ends_with(".list")
}

/// Every endpoint and server function about objects that are there, each asked by somebody who may do everything; and
/// what goes on beside requests.
pub async fn ask_everything(app: &TestApp, browser: &mut Browser, from: usize, seen: &mut Seen) {
    let mut number = from;
    let mut ids = Ids::numbered(app, number).await;
    for endpoint in all() {
        app.clock.advance(2_000);
        let mut body = body(&endpoint.verb, endpoint.path, &ids);
        number += 1;
        body.iter_mut().for_each(|body| crate::app::tests::doorway::fresh(body, number));
        let (answer, ran) = recorded(endpoint.send(browser, &ids, body)).await;
        seen.push((format!("{} {} {from}", endpoint.verb, endpoint.path), ran));
        if answer.status < 300 && !only_reads(&endpoint) {
            ids = Ids::numbered(app, number).await;
        }
    }
    ask_for_every_kind(browser, &ids, from, seen).await;
    let (done, ran) = recorded(usage_log::flush(&app.state)).await;
    done.unwrap();
    seen.push((format!("usage {from}"), ran));
    let (done, ran) = recorded(expiry::look(&app.state)).await;
    done.unwrap();
    seen.push((format!("sessions that are over {from}"), ran));
    let mut held = app.system().read().await.unwrap();
    let conn = &mut held.conn();
    let (done, ran) = recorded(async {
        mail::store::obsolete(conn, app.state.now()).await?;
        mail::store::due(conn, app.state.now(), 4).await
    })
    .await;
    done.unwrap();
    seen.push((format!("mails {from}"), ran));
}

/// A grant for each kind of subject that the samples have none for.
async fn ask_for_every_kind(browser: &mut Browser, ids: &Ids, from: usize, seen: &mut Seen) {
    for (kind, of) in [("team", "teams"), ("api_user", "api-users"), ("integration", "integrations")] {
        let grant = json!({ "subject_kind": kind, "subject_id": ids.of(of), "levels": { "rooms": "read" } });
        let (answer, ran) = recorded(browser.post("/api/v1/grants", &grant)).await;
        answer.expect(201);
        seen.push((format!("POST /api/v1/grants for a {kind} {from}"), ran));
    }
}
