use super::model::{Place, PlaceOption};
use crate::access::Screen;
use crate::error::AppError;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "places.rooms", input = Json, output = Json)]
pub async fn rooms(query: ListQuery) -> Result<Page<Place>, AppError> {
    crate::server::door::answer!(Rooms, |call| super::ops::list(&call, super::model::PlaceList::Rooms, &query).await)
}

#[server(prefix = "/fn", endpoint = "places.lights", input = Json, output = Json)]
pub async fn lights(query: ListQuery) -> Result<Page<Place>, AppError> {
    crate::server::door::answer!(Lights, |call| super::ops::list(&call, super::model::PlaceList::Lights, &query).await)
}

#[server(prefix = "/fn", endpoint = "places.hvac", input = Json, output = Json)]
pub async fn hvac(query: ListQuery) -> Result<Page<Place>, AppError> {
    crate::server::door::answer!(Hvac, |call| super::ops::list(&call, super::model::PlaceList::Hvac, &query).await)
}

#[server(prefix = "/fn", endpoint = "places.devices", input = Json, output = Json)]
pub async fn devices(query: ListQuery) -> Result<Page<Place>, AppError> {
    crate::server::door::answer!(Devices, |call| super::ops::list(&call, super::model::PlaceList::Devices, &query)
        .await)
}

/// The buildings and floors that a list of a screen can be narrowed to.
#[server(prefix = "/fn", endpoint = "places.options", input = Json, output = Json)]
pub async fn options(screen: Screen) -> Result<Vec<PlaceOption>, AppError> {
    crate::server::door::with(crate::access::Need::read(screen), |call| async move {
        super::ops::options(&call, screen).await
    })
    .await
}
