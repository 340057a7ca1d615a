//! Three buildings with their floors, rooms and devices, and what is wrong in them.

use super::bulk;
use crate::db::{Conn, DbError};
use crate::features::places::ops::{full_name, sort_path};
use crate::server::clock::new_id;
use crate::server::{search_text, text};
use crate::types::Millis;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde_json::{Value, json};

const BUILDINGS: [&str; 3] = ["Building A", "Building B", "Building C"];
const FLOORS: i64 = 8;
const ROOMS: i64 = 40;
const OPEN_ALERTS: usize = 40;
const ACKNOWLEDGED_ALERTS: usize = 12;
const CLEARED_ALERTS: usize = 60;

/// The columns of `bulk::PLACES`.
#[derive(Serialize)]
struct Row(
    String,
    String,
    Option<String>,
    &'static str,
    Option<&'static str>,
    String,
    String,
    i64,
    String,
    String,
    String,
    String,
    Millis,
    String,
);

/// A node that others hang below.
#[derive(Clone)]
struct Node {
    id: String,
    path: String,
    sort_path: String,
    full_name: String,
}

struct Builder<'a> {
    organization_id: &'a str,
    now: Millis,
    rng: StdRng,
    rows: Vec<Row>,
    rooms: Vec<String>,
    /// Kind and id.
    devices: Vec<(&'static str, String)>,
}

/// Fills the organization's tree and its alerts.
pub async fn fill(conn: &mut Conn<'_>, organization_id: &str, seed: u64, now: Millis) -> Result<(), DbError> {
    let rng = StdRng::seed_from_u64(seed);
    let mut all = Builder { organization_id, now, rng, rows: Vec::new(), rooms: Vec::new(), devices: Vec::new() };
    for (position, name) in (1..).zip(BUILDINGS) {
        let building = all.add(None, "building", None, name.to_owned(), position, json!({}));
        for floor in 1..=FLOORS {
            let floor_node = all.add(Some(&building), "floor", None, format!("Floor {floor}"), floor, json!({}));
            for room in 1..=ROOMS {
                all.add_room(&floor_node, floor * 100 + room, room);
            }
        }
    }
    bulk::PLACES.run(conn, &all.rows).await?;
    bulk::ALERTS.run(conn, &all.alerts()).await?;
    Ok(())
}

impl Builder<'_> {
    fn add(
        &mut self,
        parent: Option<&Node>,
        kind: &'static str,
        device_kind: Option<&'static str>,
        name: String,
        position: i64,
        state: Value,
    ) -> Node {
        let id = new_id(self.now);
        let node = Node {
            path: format!("{}{id}/", parent.map(|node| node.path.as_str()).unwrap_or_default()),
            sort_path: sort_path(parent.map(|node| node.sort_path.as_str()), position),
            full_name: full_name(parent.map(|node| node.full_name.as_str()), &name),
            id,
        };
        self.rows.push(Row(
            node.id.clone(),
            self.organization_id.to_owned(),
            parent.map(|parent| parent.id.clone()),
            kind,
            device_kind,
            name.clone(),
            text::fold(&name),
            position,
            node.path.clone(),
            node.sort_path.clone(),
            node.full_name.clone(),
            state.to_string(),
            self.now,
            search_text::of(&[name.as_str()]),
        ));
        node
    }

    /// A room with a light, an HVAC unit and a sensor whose states go together.
    fn add_room(&mut self, floor: &Node, number: i64, position: i64) {
        let rng = &mut self.rng;
        let occupied = rng.random_bool(0.45);
        let target = f64::from(rng.random_range(38..46)) / 2.0;
        let actual = tenths(target + rng.random_range(-1.8..1.8));
        let on = rng.random_bool(if occupied { 0.8 } else { 0.1 });
        let brightness = if on { rng.random_range(4..=20) * 5 } else { 0 };
        let mode = match actual - target {
            _ if !occupied && rng.random_bool(0.3) => "off",
            over if over > 0.7 => "cool",
            under if under < -0.7 => "heat",
            _ => *["auto", "fan"].choose(rng).unwrap_or(&"auto"),
        };
        let humidity = rng.random_range(32..58);
        let battery = rng.random_range(5..=100);
        let mut online = || rng.random_bool(0.97);
        let light = json!({ "online": online(), "on": on, "brightness": brightness });
        let hvac = json!({ "online": online(), "mode": mode, "target": target, "actual": actual });
        let sensor = json!({ "online": online(), "occupied": occupied, "temperature": actual, "humidity": humidity,
            "battery": battery });
        let state = json!({ "occupied": occupied, "temperature": actual });
        let room = self.add(Some(floor), "room", None, format!("Room {number}"), position, state);
        let devices = [("light", "Light", light), ("hvac", "HVAC", hvac), ("sensor", "Sensor", sensor)];
        for (position, (kind, word, state)) in (1..).zip(devices) {
            let device = self.add(Some(&room), "device", Some(kind), format!("{word} {number}"), position, state);
            self.devices.push((kind, device.id));
        }
        self.rooms.push(room.id);
    }

    /// The columns of `bulk::ALERTS`.
    fn alerts(&mut self) -> Vec<AlertRow> {
        (0..OPEN_ALERTS + ACKNOWLEDGED_ALERTS + CLEARED_ALERTS).map(|n| self.alert(n)).collect()
    }

    fn alert(&mut self, n: usize) -> AlertRow {
        const MINUTE: Millis = 60_000;
        let (place, severity, message) = self.trouble();
        let rng = &mut self.rng;
        let open = n < OPEN_ALERTS;
        let cleared = n >= OPEN_ALERTS + ACKNOWLEDGED_ALERTS;
        let days = if cleared { 30 } else { 3 };
        let raised = self.now - rng.random_range(3..days * 24 * 60) * MINUTE;
        let acknowledged = (!open).then(|| raised + (self.now - raised) / rng.random_range(2..20));
        let ended = acknowledged.filter(|_| cleared).map(|at| at + (self.now - at) / rng.random_range(2..6));
        let key = search_text::of(&[&message]);
        let organization = self.organization_id.to_owned();
        (new_id(raised), organization, place, severity, message, key, raised, acknowledged, ended)
    }

    /// Something that is wrong, and where.
    fn trouble(&mut self) -> (String, &'static str, String) {
        let rng = &mut self.rng;
        let kinds: [(&str, &'static str, String); 9] = [
            ("hvac", "critical", "Compressor does not start".into()),
            ("hvac", "warning", "Filter needs to be replaced".into()),
            ("hvac", "warning", format!("Target temperature not reached for {} minutes", rng.random_range(40..180))),
            ("light", "warning", "Light does not answer".into()),
            ("light", "information", format!("Lamp has run {} hours", rng.random_range(19..25) * 1000)),
            ("sensor", "warning", format!("Battery at {} %", rng.random_range(3..10))),
            ("sensor", "critical", "Water on the floor".into()),
            (
                "room",
                "critical",
                format!("Room temperature {}.{} °C", rng.random_range(29..34), rng.random_range(0..10)),
            ),
            ("room", "information", "Window open while heating".into()),
        ];
        let (kind, severity, message) = kinds[rng.random_range(0..kinds.len())].clone();
        let place = if kind == "room" {
            self.rooms.choose(rng).cloned()
        } else {
            let of_kind: Vec<&String> = self.devices.iter().filter(|(k, _)| *k == kind).map(|(_, id)| id).collect();
            of_kind.choose(rng).map(|id| (*id).clone())
        };
        (place.unwrap_or_default(), severity, message)
    }
}

type AlertRow = (String, String, String, &'static str, String, String, Millis, Option<Millis>, Option<Millis>);

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
