use super::model::Alert;
use super::store;
pub use super::store::LISTING;
use crate::access::{Need, Screen, Target};
use crate::error::AppError;
use crate::server::Call;
use crate::server::clock::is_id;
use crate::types::{ListQuery, Page};

/// One page of the open alerts that the caller may see: two statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<Alert>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let [rows, count] = store::within_reach(&call.into());
    Ok(wanted.page(call, &mut held.conn(), rows, count).await?.map(Alert::from))
}

/// One alert, open or cleared; missing and out of reach are one answer.
pub async fn get(call: &Call, id: &str) -> Result<Alert, AppError> {
    let mut held = call.read().await?;
    let row = if is_id(id) { store::find(&mut held.conn(), call.organization_id(), id).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    drop(held);
    call.require(&Need::read(Screen::Alerts).on(Target::Place(row.place_path.clone()))).await?;
    Ok(row.into())
}
