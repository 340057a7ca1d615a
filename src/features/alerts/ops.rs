use super::model::{Alert, AlertQuery};
use super::store::{self, AlertRow, Wanted};
use crate::access::{Need, Screen, Target};
use crate::error::AppError;
use crate::server::Call;
use crate::server::clock::is_id;
use crate::types::Page;

/// One page of the open alerts that the caller may see: two statements, whatever its size.
pub async fn list(call: &Call, query: &AlertQuery) -> Result<Page<Alert>, AppError> {
    let wanted = Wanted::new(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let rows: Vec<AlertRow> = wanted.rows(call.actor(), call.now()).rows(conn).await?;
    let counted = wanted.counted(call.actor(), call.now());
    let cut = wanted.start.clone().cut(rows, wanted.limit, call.count(conn, counted)).await?;
    let next_cursor = wanted.next(&cut);
    Ok(Page { items: cut.rows.into_iter().map(Alert::from).collect(), next_cursor, count: cut.count })
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
