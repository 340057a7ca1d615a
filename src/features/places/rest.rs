//! `GET` on `/api/v1/buildings`, `floors`, `rooms`, `devices`, `lights` and `hvac`, and what the server functions need.

use super::list::LISTING;
use super::model::{Place, PlaceKind, PlaceList};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::rights::model::Places;
use crate::server::Call;
use crate::server::openapi::{Id, words};
use crate::server::rest::{Api, Requirement, Versioned, versioned};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

const fn read(screen: Screen) -> Requirement {
    Requirement::Screen(screen, Level::Read)
}

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/places.rooms", read(Screen::Rooms)),
    ("/fn/places.lights", read(Screen::Lighting)),
    ("/fn/places.hvac", read(Screen::Hvac)),
    ("/fn/places.devices", read(Screen::Devices)),
    ("/fn/places.options", Requirement::NamedScreen(Level::Read)),
];

type ListParams = Result<ListQuery, AppError>;
type Listing = Result<Json<Page<Place>>, AppError>;

pub fn api() -> Api {
    let of = |listed, name, text, paths, about| list_of(listed, Api::of(name, text), paths, about);
    Api::default()
        .merge(of(
            PlaceList::Buildings,
            "Buildings",
            "Buildings, the top level of places.",
            ["/api/v1/buildings", "/api/v1/buildings/{id}"],
            [("buildings_list", "List buildings"), ("buildings_get", "Get a building")],
        ))
        .merge(of(
            PlaceList::Floors,
            "Floors",
            "Floors of buildings.",
            ["/api/v1/floors", "/api/v1/floors/{id}"],
            [("floors_list", "List floors"), ("floors_get", "Get a floor")],
        ))
        .merge(of(
            PlaceList::Rooms,
            "Rooms",
            "Rooms and their last known state.",
            ["/api/v1/rooms", "/api/v1/rooms/{id}"],
            [("rooms_list", "List rooms"), ("rooms_get", "Get a room")],
        ))
        .merge(of(
            PlaceList::Devices,
            "Devices",
            "Devices in rooms: lights, HVAC units, sensors, controllers.",
            ["/api/v1/devices", "/api/v1/devices/{id}"],
            [("devices_list", "List devices"), ("devices_get", "Get a device")],
        ))
        .merge(of(
            PlaceList::Lights,
            "Lights",
            "Lights, the devices of the *Lighting* screen.",
            ["/api/v1/lights", "/api/v1/lights/{id}"],
            [("lights_list", "List lights"), ("lights_get", "Get a light")],
        ))
        .merge(of(
            PlaceList::Hvac,
            "HVAC",
            "HVAC units, the devices of the *HVAC* screen.",
            ["/api/v1/hvac", "/api/v1/hvac/{id}"],
            [("hvac_list", "List HVAC units"), ("hvac_get", "Get an HVAC unit")],
        ))
}

type Words = (&'static str, &'static str);

/// A list of places and one of them.
fn list_of(listed: PlaceList, api: Api, [all, one]: [&'static str; 2], [list_words, get_words]: [Words; 2]) -> Api {
    let need = read(listed.screen());
    let list = move |call: Call, query: ListParams| list(listed, call, query);
    let get = move |call: Call, id: Path<String>| get(listed, call, id);
    api.list(all, need, list_words, &LISTING, list).get(one, need, get_words, get)
}

const KINDS: [PlaceKind; 3] = [PlaceKind::Building, PlaceKind::Floor, PlaceKind::Room];

words!(PlaceKind, "PlaceKind", KINDS.into_iter().chain(PlaceKind::DEVICES).map(PlaceKind::code));

impl JsonSchema for Places {
    fn schema_name() -> Cow<'static, str> {
        "Places".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let id = generator.subschema_for::<Id>();
        json_schema!({
            "description": "`everything`, or the ids of places; each includes everything inside it.",
            "anyOf": [{ "const": "everything" }, { "type": "array", "items": id, "minItems": 1 }],
        })
    }
}

async fn list(listed: PlaceList, call: Call, query: ListParams) -> Listing {
    Ok(Json(ops::list(&call, listed, &query?).await?))
}

async fn get(listed: PlaceList, call: Call, Path(id): Path<String>) -> Result<Versioned<Place>, AppError> {
    let place = ops::get(&call, listed, &id).await?;
    Ok(versioned(place.version, place))
}
