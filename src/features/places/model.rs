use crate::access::Screen;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A node of the tree, as pages and the HTTP API show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub id: String,
    pub kind: PlaceKind,
    pub name: String,
    /// Names from the building down: `Building A / Floor 1 / Room 101`.
    pub full_name: String,
    /// None for a building.
    pub parent_id: Option<String>,
    #[serde(flatten)]
    pub above: Above,
    /// The last known state, a JSON object. Rooms: `occupied`, `temperature`. Devices: `online`, and for a light `on`,
    /// `brightness` (per cent), for an HVAC unit `mode`, `target`, `actual`, for a sensor `occupied`, `temperature`,
    /// `humidity`, `battery`. Temperatures are in degrees Celsius.
    pub state: Value,
    pub version: i64,
}

/// The places that hold a row, as far as there are such.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Above {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    Building,
    Floor,
    Room,
    Light,
    Hvac,
    Sensor,
    Controller,
}

impl PlaceKind {
    pub const DEVICES: [PlaceKind; 4] = [PlaceKind::Light, PlaceKind::Hvac, PlaceKind::Sensor, PlaceKind::Controller];

    pub fn code(self) -> &'static str {
        match self {
            PlaceKind::Building => "building",
            PlaceKind::Floor => "floor",
            PlaceKind::Room => "room",
            PlaceKind::Light => "light",
            PlaceKind::Hvac => "hvac",
            PlaceKind::Sensor => "sensor",
            PlaceKind::Controller => "controller",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            PlaceKind::Building => "Building",
            PlaceKind::Floor => "Floor",
            PlaceKind::Room => "Room",
            PlaceKind::Light => "Light",
            PlaceKind::Hvac => "HVAC unit",
            PlaceKind::Sensor => "Sensor",
            PlaceKind::Controller => "Controller",
        }
    }

    pub fn is_device(self) -> bool {
        PlaceKind::DEVICES.contains(&self)
    }

    /// How many nodes stand above one of this kind.
    pub fn depth(self) -> usize {
        match self {
            PlaceKind::Building => 0,
            PlaceKind::Floor => 1,
            PlaceKind::Room => 2,
            _ => 3,
        }
    }
}

/// A list of places that one screen guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    Buildings,
    Floors,
    Rooms,
    Devices,
    Lights,
    Hvac,
}

impl Listed {
    pub fn screen(self) -> Screen {
        match self {
            Listed::Buildings | Listed::Floors | Listed::Rooms => Screen::Rooms,
            Listed::Devices => Screen::Devices,
            Listed::Lights => Screen::Lighting,
            Listed::Hvac => Screen::Hvac,
        }
    }

    pub fn holds(self, kind: PlaceKind) -> bool {
        match self {
            Listed::Buildings => kind == PlaceKind::Building,
            Listed::Floors => kind == PlaceKind::Floor,
            Listed::Rooms => kind == PlaceKind::Room,
            Listed::Devices => kind.is_device(),
            Listed::Lights => kind == PlaceKind::Light,
            Listed::Hvac => kind == PlaceKind::Hvac,
        }
    }
}

/// A building or floor to narrow a list to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOption {
    pub id: String,
    pub name: String,
    pub full_name: String,
    pub kind: PlaceKind,
    /// Of a floor.
    pub building_id: Option<String>,
}
