use crate::access::Screen;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A building, floor, room or device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Place {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: PlaceKind,
    pub name: String,
    /// Names from the building down: `Building A / Floor 1 / Room 101`.
    pub full_name: String,
    /// Null for a building.
    #[cfg_attr(feature = "ssr", schemars(with = "Option<crate::server::openapi::Id>"))]
    pub parent_id: Option<String>,
    #[serde(flatten)]
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub above: Above,
    /// The last known state. Rooms: `occupied`, `temperature`. Devices: `online`; a light also `on`, `brightness` (per
    /// cent), an HVAC unit `mode`, `target`, `actual`, a sensor `occupied`, `temperature`, `humidity`, `battery`.
    /// Temperatures are in degrees Celsius.
    #[cfg_attr(feature = "ssr", sqlx(skip), schemars(with = "serde_json::Map<String, Value>"))]
    pub state: Value,
    pub version: i64,
}

/// The places that hold a row, as far as there are such.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Above {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub building_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub floor_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
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

impl From<String> for PlaceKind {
    /// As it is stored; an unknown one is the least that there is.
    fn from(code: String) -> PlaceKind {
        let above = [PlaceKind::Building, PlaceKind::Floor, PlaceKind::Room];
        let known = above.into_iter().chain(PlaceKind::DEVICES).find(|kind| kind.code() == code);
        known.unwrap_or(PlaceKind::Controller)
    }
}

/// A list of places that one screen guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceList {
    Buildings,
    Floors,
    Rooms,
    Devices,
    Lights,
    Hvac,
}

impl PlaceList {
    pub fn screen(self) -> Screen {
        match self {
            PlaceList::Buildings | PlaceList::Floors | PlaceList::Rooms => Screen::Rooms,
            PlaceList::Devices => Screen::Devices,
            PlaceList::Lights => Screen::Lighting,
            PlaceList::Hvac => Screen::Hvac,
        }
    }

    pub fn holds(self, kind: PlaceKind) -> bool {
        match self {
            PlaceList::Buildings => kind == PlaceKind::Building,
            PlaceList::Floors => kind == PlaceKind::Floor,
            PlaceList::Rooms => kind == PlaceKind::Room,
            PlaceList::Devices => kind.is_device(),
            PlaceList::Lights => kind == PlaceKind::Light,
            PlaceList::Hvac => kind == PlaceKind::Hvac,
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
