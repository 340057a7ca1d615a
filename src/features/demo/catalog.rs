//! What an organization of this trade has: its profiles and its companies.

use crate::access::Level::{Full, Read};
use crate::access::Screen::{Alerts, Audit, Devices, Hvac, Lighting, Profiles, Rooms, Sessions, Users};
use crate::access::{Level, Screen};
use crate::features::companies::model::CompanyKind;

pub struct ProfileSpec {
    pub name: &'static str,
    /// How many of a hundred people have it.
    pub weight: u32,
    pub levels: &'static [(Screen, Level)],
}

const fn profile(name: &'static str, weight: u32, levels: &'static [(Screen, Level)]) -> ProfileSpec {
    ProfileSpec { name, weight, levels }
}

/// Twelve with the built-in Administrator.
pub const PROFILES: [ProfileSpec; 11] = [
    profile(
        "Facility manager",
        4,
        &[(Rooms, Full), (Alerts, Full), (Lighting, Full), (Hvac, Full), (Devices, Full), (Users, Read)],
    ),
    profile("Duty manager", 5, &[(Rooms, Full), (Alerts, Full), (Lighting, Read), (Hvac, Read), (Devices, Read)]),
    profile("Front office", 10, &[(Rooms, Read), (Alerts, Read), (Users, Read)]),
    profile("Receptionist", 14, &[(Rooms, Full), (Lighting, Read)]),
    profile("Housekeeping", 22, &[(Rooms, Full)]),
    profile("Technician", 14, &[(Rooms, Read), (Alerts, Full), (Lighting, Full), (Hvac, Full), (Devices, Full)]),
    profile("Lighting technician", 8, &[(Rooms, Read), (Alerts, Read), (Lighting, Full), (Devices, Read)]),
    profile("HVAC technician", 8, &[(Rooms, Read), (Alerts, Read), (Hvac, Full), (Devices, Read)]),
    profile("Security", 8, &[(Rooms, Read), (Alerts, Full), (Sessions, Read)]),
    profile("Energy analyst", 5, &[(Rooms, Read), (Lighting, Read), (Hvac, Read), (Devices, Read)]),
    profile("Auditor", 2, &[(Users, Read), (Profiles, Read), (Sessions, Read), (Audit, Read)]),
];

pub struct CompanySpec {
    pub name: &'static str,
    pub kind: CompanyKind,
    /// The one above, by its place in this table; none is the root company.
    pub parent: Option<usize>,
}

const fn company(name: &'static str, parent: Option<usize>) -> CompanySpec {
    let kind = if parent.is_none() { CompanyKind::Distributor } else { CompanyKind::Installer };
    CompanySpec { name, kind, parent }
}

/// Two distributors, each with three installers; parents before children.
pub const COMPANIES: [CompanySpec; 8] = [
    company("Northgate Distribution", None),
    company("Brightline Electric", Some(0)),
    company("Harbour HVAC Services", Some(0)),
    company("Quayside Installations", Some(0)),
    company("Meridian Building Supply", None),
    company("Lumen & Sons", Some(4)),
    company("Cooper Climate", Some(4)),
    company("Tideway Controls", Some(4)),
];
