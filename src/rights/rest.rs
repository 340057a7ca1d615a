//! The words of rights in the description of the HTTP API.

use super::model::DeviceGrant;
use crate::access::{DeviceRight, Source, Team};
use crate::server::openapi::{Id, words};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

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
