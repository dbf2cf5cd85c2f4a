//! What tells the load of a host: pages of the kernel, of nginx and of Prometheus. Pure.
//!
//! Source: proc_stat(5), proc_meminfo(5); nginx `ngx_http_stub_status_module`; the text format of Prometheus.

/// Time that all processors have been at work, and that they have been there, in ticks: of `/proc/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// At work for anybody, other guests of the same machine among them.
    pub busy: u64,
    /// In all.
    pub all: u64,
}

impl Ticks {
    /// Reads `/proc/stat`; `None` if that is something else.
    pub fn read(stat: &str) -> Option<Self> {
        let numbers = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let numbers: Vec<u64> = numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        // user, nice, system, idle, iowait, irq, softirq, steal; what guests use is part of user and nice.
        let all = numbers.get(..8)?.iter().sum();
        Some(Self { busy: all - numbers[3] - numbers[4], all })
    }

    /// The utilisation since `before`; `None` if no time has passed.
    pub fn since(self, before: Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        Some(self.busy.saturating_sub(before.busy) as f64 / all as f64)
    }
}

/// The share of the memory that is in use, by `/proc/meminfo`: what no program could get without swapping. `None` if that is something else.
pub fn memory(meminfo: &str) -> Option<f64> {
    let kilobytes = |name| meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_suffix(" kB")?.trim().parse::<u64>().ok());
    let (all, available) = (kilobytes("MemTotal:")?, kilobytes("MemAvailable:")?);
    Some(all.checked_sub(available).filter(|_| all > 0)? as f64 / all as f64)
}

/// What nginx's `stub_status` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nginx {
    /// Active connections: clients.
    pub active: u32,
    /// Requests since its start.
    pub requests: u64,
}

impl Nginx {
    /// Reads the page; `None` if it is something else.
    pub fn read(page: &str) -> Option<Self> {
        let active = page.lines().find_map(|line| line.strip_prefix("Active connections:"))?.trim().parse().ok()?;
        let counts = page.lines().skip_while(|line| line.trim() != "server accepts handled requests").nth(1)?;
        Some(Self { active, requests: counts.split_whitespace().nth(2)?.parse().ok()? })
    }
}

/// How many requests there were, and how many seconds they took together: a histogram or summary on a page of Prometheus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Durations {
    count: f64,
    sum: f64,
}

impl Durations {
    /// Reads `NAME_count` and `NAME_sum` of a metric, with its labels if it has some; `None` if one is not on the page.
    pub fn read(page: &str, name: &str) -> Option<Self> {
        let (name, labels) = name.split_at(name.find('{').unwrap_or(name.len()));
        let value = |suffix| metric(page, &format!("{name}{suffix}{labels}"));
        Some(Self { count: value("_count")?, sum: value("_sum")? })
    }

    /// The requests since `before`; `None` if the counters have begun anew.
    pub fn requests_since(self, before: Self) -> Option<f64> {
        Some(self.count - before.count).filter(|requests| *requests >= 0.0)
    }

    /// How long a request since `before` took on average, in seconds; `None` if there was none.
    pub fn mean_since(self, before: Self) -> Option<f64> {
        let requests = self.requests_since(before).filter(|requests| *requests > 0.0)?;
        Some((self.sum - before.sum) / requests).filter(|mean| *mean >= 0.0)
    }
}

/// The value of a metric without labels, or with these, on a page of Prometheus: `name` as it stands before the value.
pub fn metric(page: &str, name: &str) -> Option<f64> {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.split(' ').next()?.parse::<f64>().ok();
    page.lines().find_map(value).filter(|value| value.is_finite() && *value >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_utilisation_is_what_is_not_idle_between_two_looks() {
        // The first line of proc_stat(5), and 8 processors' ticks later: 300 at work, 100 idle, of which 40 for a disk.
        let before = Ticks::read("cpu  10132153 290696 3084719 46828483 16683 0 25195 0 175628 0\ncpu0 1393280 32966\n").unwrap();
        let after = Ticks::read("cpu  10132353 290696 3084769 46828543 16723 0 25245 0 175628 0\n").unwrap();
        assert_eq!(after.since(before), Some(0.75));
        assert_eq!(before.since(before), None);
        assert_eq!(Ticks::read("cpu0 1 2 3 4 5 6 7 8\n"), None);
        assert_eq!(Ticks::read("cpu  1 2 x\n"), None);
    }

    #[test]
    fn pages_are_read() {
        let page = "Active connections: 291 \nserver accepts handled requests\n 16630948 16630948 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n";
        assert_eq!(Nginx::read(page), Some(Nginx { active: 291, requests: 31_070_465 }));
        assert_eq!((Nginx::read("<html>"), Nginx::read("Active connections: 291\n")), (None, None));
        let page = "# TYPE load gauge\nload_of_all 3\nload 0.25 1395066363000\nload{pool=\"a\"} 0.5\nbad NaN\n";
        assert_eq!((metric(page, "load"), metric(page, "load{pool=\"a\"}"), metric(page, "bad")), (Some(0.25), Some(0.5), None));
    }
    #[test]
    fn memory_is_in_use_that_is_not_available() {
        // The lines of proc_meminfo(5), where a quarter is available, though an eighth is free.
        let page = "MemTotal:        8000000 kB\nMemFree:         1000000 kB\nMemAvailable:    2000000 kB\n";
        assert_eq!(memory(page), Some(0.75));
        for page in ["", "MemTotal: 8 kB\n", "MemTotal: 1 kB\nMemAvailable: 2 kB\n", "MemTotal: 0 kB\nMemAvailable: 0 kB\n"] {
            assert_eq!(memory(page), None, "{page:?}");
        }
    }

    #[test]
    fn requests_and_their_mean_duration_follow_from_two_looks_at_a_histogram() {
        let page = |count, sum| format!("took_bucket{{of=\"a\",le=\"1\"}} 3\ntook_sum{{of=\"a\"}} {sum}\ntook_count{{of=\"a\"}} {count}\n");
        let read = |count, sum| Durations::read(&page(count, sum), "took{of=\"a\"}").unwrap();
        let (before, after) = (read(10, 5.0), read(14, 6.0));
        assert_eq!((after.requests_since(before), after.mean_since(before)), (Some(4.0), Some(0.25)));
        assert_eq!((before.requests_since(before), before.mean_since(before)), (Some(0.0), None));
        assert_eq!((before.requests_since(after), before.mean_since(after)), (None, None), "the program has begun anew");
        assert_eq!(Durations::read("took_sum 5\ntook_count 10\n", "took"), Some(Durations { count: 10.0, sum: 5.0 }));
        assert_eq!(Durations::read("took_sum 5\n", "took"), None);
    }
}
