//! The rights of teams and API users as the HTTP API reads and shows them.

use super::model::{DeviceGrant, HeldRights, Rights};
use crate::access::{DeviceRight, Levels};
use crate::error::AppError;
use crate::features::integrations::rest::{Table, levels};
use crate::features::places::model::Places;
use serde::{Deserialize, Serialize};

/// All of the rights; what is left out is none.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RightsBody {
    profiles: Vec<String>,
    levels: Table,
    /// Everything, where the caller may give that.
    places: Option<Places>,
    devices: Vec<DeviceGrant>,
    all_devices: Option<DeviceRight>,
}

impl RightsBody {
    pub fn understood(self) -> Result<Rights, AppError> {
        Ok(Rights {
            profiles: self.profiles,
            levels: levels("rights.levels", self.levels)?,
            places: self.places,
            devices: self.devices,
            all_devices: self.all_devices,
        })
    }
}

#[derive(Serialize)]
pub struct RightsJson {
    profiles: Vec<String>,
    levels: Levels,
    /// Null when the places are not the same for all profiles and levels.
    places: Option<Places>,
    devices: Vec<DeviceGrant>,
    all_devices: Option<DeviceRight>,
    /// Grants with a beginning or an end, which an edit leaves as they are.
    timed_grants: i64,
}

impl From<HeldRights> for RightsJson {
    fn from(held: HeldRights) -> Self {
        RightsJson {
            profiles: held.rights.profiles,
            levels: held.rights.levels,
            places: held.rights.places,
            devices: held.rights.devices,
            all_devices: held.rights.all_devices,
            timed_grants: held.timed_grants,
        }
    }
}
