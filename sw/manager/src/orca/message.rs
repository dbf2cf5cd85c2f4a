//! ORCA's messages. Pure.
//!
//! Source of the field numbers: cncf/xds, `xds/data/orca/v3/orca_load_report.proto` and `xds/service/orca/v3/orca.proto`; of `Duration`, protobuf's
//! `google/protobuf/duration.proto`.

use std::collections::BTreeMap;

/// The path of the one method, in a request: the service `xds.service.orca.v3.OpenRcaService`, the method `StreamCoreMetrics`.
pub const PATH: &str = "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics";

/// A load report: `xds.data.orca.v3.OrcaLoadReport`. A value of 0 is unknown.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OrcaLoadReport {
    /// The share of the processors that is in use. It may be above 1.
    #[prost(double, tag = "1")]
    pub cpu_utilization: f64,
    /// The share of the memory that is in use, from 0 to 1.
    #[prost(double, tag = "2")]
    pub mem_utilization: f64,
    /// Requests per second.
    #[prost(double, tag = "6")]
    pub rps_fractional: f64,
    /// What the application tells of itself, for example the utilisation of what is scarcest. It may be above 1.
    #[prost(double, tag = "9")]
    pub application_utilization: f64,
    /// Other figures, by their names.
    #[prost(btree_map = "string, double", tag = "8")]
    pub named_metrics: BTreeMap<String, f64>,
}

/// The request of a stream of reports: `xds.service.orca.v3.OrcaLoadReportRequest`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OrcaLoadReportRequest {
    /// The time from one report to the next.
    #[prost(message, optional, tag = "1")]
    pub report_interval: Option<Duration>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Duration {
    /// Whole seconds.
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Billionths of a second besides.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

impl OrcaLoadReportRequest {
    /// A request for a report in each interval.
    pub fn every(interval: std::time::Duration) -> Self {
        let seconds = i64::try_from(interval.as_secs()).unwrap_or(i64::MAX);
        Self { report_interval: Some(Duration { seconds, nanos: interval.subsec_nanos() as i32 }) }
    }

    /// The interval that is asked for; `None` if there is none, or one below 0.
    pub fn interval(&self) -> Option<std::time::Duration> {
        let Duration { seconds, nanos } = self.report_interval.as_ref()?;
        let whole = std::time::Duration::from_secs(u64::try_from(*seconds).ok()?);
        whole.checked_add(std::time::Duration::from_nanos(u64::try_from(*nanos).ok()?))
    }
}

/// A utilisation that cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("it reports {field} = {value}; a utilisation is a number from 0 on")]
pub struct NoUtilisation {
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: f64,
}

impl OrcaLoadReport {
    /// The utilisation: what the application tells if that is above 0, else that of the processors.
    ///
    /// # Errors
    /// If one of both is negative, infinite or no number.
    pub fn utilisation(&self) -> Result<f64, NoUtilisation> {
        let fields = [("application_utilization", self.application_utilization), ("cpu_utilization", self.cpu_utilization)];
        if let Some((field, value)) = fields.into_iter().find(|(_, value)| !value.is_finite() || *value < 0.0) {
            return Err(NoUtilisation { field, value });
        }
        Ok(if self.application_utilization > 0.0 { self.application_utilization } else { self.cpu_utilization })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    /// A key is the field's number times 8, plus 1 for eight bytes, or 2 for bytes with their length before them. Doubles are little-endian
    /// IEEE 754: 0.5 is 3fe0..., 0.25 3fd0..., 2.0 4000..., 1.5 3ff8..., 3.0 4008... Source: protobuf's page "Encoding".
    const REPORT: [u8; 50] = [
        0x09, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f, // 1: 0.5
        0x11, 0, 0, 0, 0, 0, 0, 0xd0, 0x3f, // 2: 0.25
        0x31, 0, 0, 0, 0, 0, 0, 0x00, 0x40, // 6: 2.0
        0x49, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, // 9: 1.5
        0x42, 12, 0x0a, 1, b'q', 0x11, 0, 0, 0, 0, 0, 0, 0x08, 0x40, // 8: an entry of key (1) "q" and value (2) 3.0
    ];

    fn report() -> OrcaLoadReport {
        OrcaLoadReport {
            cpu_utilization: 0.5,
            mem_utilization: 0.25,
            rps_fractional: 2.0,
            application_utilization: 1.5,
            named_metrics: [("q".to_owned(), 3.0)].into(),
        }
    }

    #[test]
    fn a_report_has_the_fields_of_orca_by_their_numbers() {
        assert_eq!(OrcaLoadReport::decode(&REPORT[..]), Ok(report()));
        // The order of fields is free: each is there as it is written above.
        let bytes = report().encode_to_vec();
        assert_eq!(bytes.len(), REPORT.len());
        for field in [&REPORT[..9], &REPORT[9..18], &REPORT[18..27], &REPORT[27..36], &REPORT[36..]] {
            assert!(bytes.windows(field.len()).any(|part| part == field), "{field:x?} is not in {bytes:x?}");
        }
    }

    #[test]
    fn fields_that_nobody_uses_are_passed_over() {
        // 3: rps, a varint of 300; 4: request_cost, an empty entry; 7: eps, 0.5; 15: not in the file.
        let others = [0x18, 0xac, 0x02, 0x22, 0, 0x39, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f, 0x7a, 1, 0];
        assert_eq!(OrcaLoadReport::decode(&[&others[..], &REPORT].concat()[..]), Ok(report()));
    }

    #[test]
    fn bytes_that_break_off_are_refused() {
        for length in 1..9 {
            assert!(OrcaLoadReport::decode(&REPORT[..length]).is_err(), "{length}");
        }
        assert!(OrcaLoadReport::decode(&[0x42, 0xff, 0xff, 0xff, 0xff, 0x0f][..]).is_err(), "an entry of 4 GiB");
    }

    #[test]
    fn an_interval_is_a_duration() {
        // 1: a message of 8 bytes, in it 1: 2 seconds, 2: 500,000,000 as a varint.
        let bytes = [0x0a, 8, 0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01];
        let request = OrcaLoadReportRequest::every(std::time::Duration::from_millis(2500));
        assert_eq!(request.encode_to_vec(), bytes);
        assert_eq!(OrcaLoadReportRequest::decode(&bytes[..]).unwrap().interval(), Some(std::time::Duration::from_millis(2500)));
        let below = OrcaLoadReportRequest { report_interval: Some(Duration { seconds: -1, nanos: 0 }) };
        assert_eq!((below.interval(), OrcaLoadReportRequest::default().interval()), (None, None));
    }

    #[test]
    fn the_application_counts_before_the_processors_and_what_cannot_be_is_refused() {
        let of = |application_utilization, cpu_utilization| {
            OrcaLoadReport { application_utilization, cpu_utilization, ..OrcaLoadReport::default() }.utilisation()
        };
        assert_eq!((of(0.7, 0.2), of(0.0, 0.2), of(1.8, 0.0), of(0.0, 0.0)), (Ok(0.7), Ok(0.2), Ok(1.8), Ok(0.0)));
        for wrong in [-0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(of(wrong, 0.5).unwrap_err().field, "application_utilization");
            assert_eq!(of(0.5, wrong).unwrap_err().field, "cpu_utilization");
        }
        assert_eq!(of(0.0, -1.0).unwrap_err().to_string(), "it reports cpu_utilization = -1; a utilisation is a number from 0 on");
    }
}
