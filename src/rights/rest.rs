//! The rights of teams and API users as the HTTP API reads and shows them.

use super::model::{DeviceGrant, HeldRights, Rights};
use crate::access::{DeviceRight, Level, Levels, Screen, Source, Team};
use crate::error::{AppError, FieldError};
use crate::rights::model::Places;
use crate::server::openapi::{Id, words};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Screens by their codes, so that one that does not exist is told at its field.
pub type Table = BTreeMap<String, Level>;

pub fn levels(field: &str, table: Table) -> Result<Levels, AppError> {
    let unknown = |code: &str| FieldError::new(field, "unknown", format!("There is no screen {code:?}."));
    let errors: Vec<FieldError> =
        table.keys().filter(|code| Screen::from_code(code).is_none()).map(|code| unknown(code)).collect();
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    Ok(table.into_iter().filter_map(|(code, level)| Screen::from_code(&code).map(|screen| (screen, level))).collect())
}

/// The complete permissions; what is left out isn't given.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NewRights")]
pub struct RightsBody {
    #[schemars(with = "Vec<Id>")]
    profiles: Vec<String>,
    #[schemars(with = "Levels")]
    levels: Table,
    /// Everything by default, if the caller can give that.
    places: Option<Places>,
    /// On everything, in addition to what applies at places.
    #[schemars(with = "Levels")]
    organization_levels: Table,
    devices: Vec<DeviceGrant>,
    all_devices: Option<DeviceRight>,
}

impl RightsBody {
    pub fn understood(self) -> Result<Rights, AppError> {
        Ok(Rights {
            profiles: self.profiles,
            levels: levels("rights.levels", self.levels)?,
            places: self.places,
            organization_levels: levels("rights.organization_levels", self.organization_levels)?,
            devices: self.devices,
            all_devices: self.all_devices,
        })
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Rights")]
pub struct RightsJson {
    #[schemars(with = "Vec<Id>")]
    profiles: Vec<String>,
    levels: Levels,
    /// Null if the places aren't the same for all profiles and levels.
    places: Option<Places>,
    /// On everything, in addition to what applies at places.
    organization_levels: Levels,
    devices: Vec<DeviceGrant>,
    all_devices: Option<DeviceRight>,
    /// Grants with a start or an end, which an edit doesn't change.
    timed_grants: i64,
}

impl From<HeldRights> for RightsJson {
    fn from(held: HeldRights) -> Self {
        RightsJson {
            profiles: held.rights.profiles,
            levels: held.rights.levels,
            places: held.rights.places,
            organization_levels: held.rights.organization_levels,
            devices: held.rights.devices,
            all_devices: held.rights.all_devices,
            timed_grants: held.timed_grants,
        }
    }
}

words!(DeviceRight, "DeviceRight", DeviceRight::ALL.map(DeviceRight::code));

impl JsonSchema for DeviceGrant {
    fn schema_name() -> Cow<'static, str> {
        "DeviceGrant".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (device, right) = (generator.subschema_for::<Id>(), generator.subschema_for::<DeviceRight>());
        json_schema!({
            "type": "object", "additionalProperties": false, "required": ["device_id", "right"],
            "properties": { "device_id": device, "right": right },
        })
    }
}

/// Why a grant is there, as the HTTP API says it.
pub fn reason(source: &Source, team: Option<&Team>) -> String {
    let source = match source {
        Source::Profile { name, .. } => format!("profile {name}"),
        Source::Own if team.is_some() => "permissions".to_owned(),
        Source::Own => "own permissions".to_owned(),
        Source::Device(right) => format!("{} of devices", right.code()),
    };
    match team {
        None => source,
        Some(team) => format!("{source} through team {}", team.name),
    }
}
