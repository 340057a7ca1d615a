//! `GET` on `/api/v1/buildings`, `floors`, `rooms`, `devices`, `lights` and `hvac`, and what the server functions need.

use super::model::{Listed, Place, PlaceQuery, Within};
use super::ops;
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::rest::{Api, Declared, Params, versioned};
use crate::types::Page;
use axum::extract::Path;
use axum::response::Response;
use axum::{Extension, Json};
use serde::Deserialize;

const fn read(screen: Screen) -> Declared {
    Declared::Screen(screen, Level::Read)
}

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/places.rooms", read(Screen::Rooms)),
    ("/fn/places.lights", read(Screen::Lighting)),
    ("/fn/places.hvac", read(Screen::Hvac)),
    ("/fn/places.devices", read(Screen::Devices)),
    ("/fn/places.options", Declared::NamedScreen(Level::Read)),
];

type Asked = Result<Params<ListParams>, AppError>;
type Listing = Result<Json<Page<Place>>, AppError>;

pub fn api() -> Api {
    let lists = [
        (Listed::Buildings, "/api/v1/buildings", "/api/v1/buildings/{id}"),
        (Listed::Floors, "/api/v1/floors", "/api/v1/floors/{id}"),
        (Listed::Rooms, "/api/v1/rooms", "/api/v1/rooms/{id}"),
        (Listed::Devices, "/api/v1/devices", "/api/v1/devices/{id}"),
        (Listed::Lights, "/api/v1/lights", "/api/v1/lights/{id}"),
        (Listed::Hvac, "/api/v1/hvac", "/api/v1/hvac/{id}"),
    ];
    lists.into_iter().fold(Api::default(), |api, (listed, all, one)| {
        let need = read(listed.screen());
        api.get(all, need, move |Extension(caller): Extension<Caller>, asked: Asked| list(listed, caller, asked)).get(
            one,
            need,
            move |Extension(caller): Extension<Caller>, id: Path<String>| get(listed, caller, id),
        )
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    sort: String,
    q: String,
    building_id: String,
    floor_id: String,
    room_id: String,
    kind: String,
}

async fn list(listed: Listed, caller: Caller, asked: Asked) -> Listing {
    let call = caller.allow(&Need::read(listed.screen())).await?;
    let Params(params) = asked?;
    let within = Within { building_id: params.building_id, floor_id: params.floor_id, room_id: params.room_id };
    let ListParams { limit, cursor, sort, q, kind, .. } = params;
    ops::list(&call, listed, &PlaceQuery { q, within, kind, sort, cursor, limit }).await.map(Json)
}

async fn get(listed: Listed, caller: Caller, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(listed.screen())).await?;
    let place = ops::get(&call, listed, &id).await?;
    Ok(versioned(place.version, place))
}
