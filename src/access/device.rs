//! What one may do with a device: three named tables of screen → level.

use super::{Level, Levels, Screen};
use serde::{Deserialize, Serialize};

/// Each contains the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRight {
    /// Sees it and its state.
    View,
    /// Switches and sets it, as far as it is a light or an HVAC unit.
    Control,
    /// Changes what it is.
    Configure,
}

impl DeviceRight {
    pub const ALL: [DeviceRight; 3] = [DeviceRight::View, DeviceRight::Control, DeviceRight::Configure];

    /// As stored and in the HTTP API.
    pub fn code(self) -> &'static str {
        match self {
            DeviceRight::View => "view",
            DeviceRight::Control => "control",
            DeviceRight::Configure => "configure",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            DeviceRight::View => "View",
            DeviceRight::Control => "Control",
            DeviceRight::Configure => "Configure",
        }
    }

    pub fn from_code(code: &str) -> Option<DeviceRight> {
        DeviceRight::ALL.into_iter().find(|right| right.code() == code)
    }

    /// The screens that list devices: all at read, those that act on a device at full where one may control it, and
    /// *Devices* at full where one may configure it. Rooms and alerts are the place's, not the device's.
    pub fn levels(self) -> Levels {
        let at = |right| if self >= right { Level::Full } else { Level::Read };
        Levels::NONE
            .with(Screen::Lighting, at(DeviceRight::Control))
            .with(Screen::Hvac, at(DeviceRight::Control))
            .with(Screen::Devices, at(DeviceRight::Configure))
    }
}
