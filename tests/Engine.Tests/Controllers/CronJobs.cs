using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A cron job makes a job at each time of its schedule. The clock begins at midnight and goes on when a test says so.</summary>
[TestClass]
public sealed class CronJobs
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task AJobComesAtItsTime()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("schedule: '*/5 * * * *', timeZone: Europe/Berlin"));
        Assert.IsEmpty(cluster.All(Kinds.Job));

        cluster.Time.Advance(TimeSpan.FromMinutes(5));

        var job = await JobAsync(cluster, 1);
        var cron = (await cluster.UntilAsync(Key(cluster), item => item.Text("status", "lastScheduleTime").Length > 0)).View;
        Assert.AreEqual(($"tick-{new DateTimeOffset(2026, 1, 1, 0, 5, 0, default).ToUnixTimeSeconds() / 60}", "2026-01-01T00:05:00Z"), (job.Key.Name, cron.Text("status", "lastScheduleTime")));
        Assert.AreEqual(("2026-01-01T01:05:00+01:00", "1", "yes"), (job.View.Annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"], job.View.Labels["made"], job.View.Annotations["noted"]));
        Assert.IsTrue(cluster.EventsAbout("tick").Any(item => item.Text("message") == $"Created job {job.Key.Name}"));
        await cluster.UntilAsync(Key(cluster), item => item.Items("status", "active").Any(each => each["uid"]?.ToString() == job.View.Uid));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("", "120", 1, DisplayName = "of two that were missed, the last")]
    [DataRow("", "5000", 1, DisplayName = "of a hundred and more, the last")]
    [DataRow("startingDeadlineSeconds: 30, ", "120.75", 0, DisplayName = "none that is too late")]
    [DataRow("startingDeadlineSeconds: 60, ", "120.75", 1, DisplayName = "one that is late, and not too late")]
    [DataRow("startingDeadlineSeconds: 9223372036854775807, ", "120", 1, DisplayName = "one that is never too late")]
    [DataRow("suspend: true, ", "120", 0, DisplayName = "none while suspended")]
    public async Task WhatWasMissed(string spec, string minutes, int jobs)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml($"{spec}schedule: '* * * * *'"));

        cluster.Time.Advance(TimeSpan.FromMinutes(double.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture)));
        cluster.Update(Key(cluster), item => item["metadata"]!["labels"] = RunningControllers.Parse("{seen: 'yes'}"));
        if (jobs > 0)
            Assert.AreEqual($"tick-{cluster.Time.GetUtcNow().ToUnixTimeSeconds() / 60}", (await JobAsync(cluster, jobs)).Key.Name);
        // Only the next time shows that there was nothing to do before it.
        cluster.UpdateSpec(Key(cluster), "suspend: false");
        cluster.Time.Advance(TimeSpan.FromSeconds(60 - cluster.Time.GetUtcNow().Second));

        await JobAsync(cluster, jobs + 1);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("Allow", 2, 2)]
    [DataRow("Forbid", 1, 1)]
    [DataRow("Replace", 1, 2)]
    public async Task WhatHappensWhileTheLastOneRuns(string policy, int running, int made)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml($"concurrencyPolicy: {policy}, schedule: '@hourly'"));
        cluster.Time.Advance(TimeSpan.FromHours(1));
        await JobAsync(cluster, 1);

        cluster.Time.Advance(TimeSpan.FromHours(1));

        if (policy == "Forbid")
            await cluster.UntilAsync(() => cluster.EventsAbout("tick").Any(item => item.Text("reason") == "JobAlreadyActive"));
        await cluster.UntilAsync(() => cluster.EventsAbout("tick").Count(item => item.Text("reason") == "SuccessfulCreate") == made && cluster.All(Kinds.Job).Count == running);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AForbiddenOneStartsWhenTheLastHasEnded()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("concurrencyPolicy: Forbid, schedule: '@hourly'"));
        cluster.Time.Advance(TimeSpan.FromHours(1));
        var first = await JobAsync(cluster, 1);
        cluster.Time.Advance(TimeSpan.FromHours(1));
        await cluster.UntilAsync(() => cluster.EventsAbout("tick").Any(item => item.Text("reason") == "JobAlreadyActive"));

        await EndAsync(cluster, first, "Succeeded");

        await JobAsync(cluster, 2);
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "lastSuccessfulTime") == "2026-01-01T02:00:00Z");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OfThoseThatHaveEndedTheLastStay()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0, schedule: '@every 1h'"));
        foreach (var end in (string[])["Succeeded", "Failed", "Succeeded"])
        {
            cluster.Time.Advance(TimeSpan.FromHours(1));
            await cluster.UntilAsync(() => Running(cluster).Any());
            await EndAsync(cluster, Running(cluster).Single(), end);
            await cluster.UntilAsync(() => cluster.All(Kinds.Job).Count == 1 && !Running(cluster).Any() == (end == "Succeeded") || end == "Failed" && cluster.All(Kinds.Job).All(job => job.View.Condition("Failed") is null));
        }

        await cluster.UntilAsync(() => cluster.All(Kinds.Job) is [var last] && last.Key.Name.EndsWith($"-{new DateTimeOffset(2026, 1, 1, 3, 0, 0, default).ToUnixTimeSeconds() / 60}", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("60 * * * *", "minute: 60 is not between 0 and 59")]
    [DataRow("* * * * 7", "day of week: 7 is not between 0 and 6")]
    [DataRow("* * L * *", "failed to parse int from L")]
    [DataRow("* * * * 1#2", "failed to parse int from 1#2")]
    [DataRow("5-1 * * * *", "beginning of range (5) beyond end of range (1)")]
    [DataRow("*/0 * * * *", "step of range should be a positive number")]
    [DataRow("* * * *", "expected exactly 5 fields, found 4")]
    [DataRow("0 * * * * *", "expected exactly 5 fields, found 6")]
    [DataRow("@every_minute", "unrecognized descriptor")]
    [DataRow("@every soon", "failed to parse duration")]
    [DataRow("TZ=UTC * * * * *", "use timeZone field instead")]
    public async Task AScheduleThatIsNoneIsRefused(string schedule, string message)
    {
        await using var cluster = new RunningControllers();

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml($"schedule: '{schedule}'")));

        Assert.Contains("spec.schedule", refused.Message);
        Assert.Contains(message, refused.Message);
    }

    [TestMethod]
    [DataRow("timeZone: Europe/Nowhere, schedule: '@daily'", "unknown time zone Europe/Nowhere")]
    [DataRow("timeZone: Local, schedule: '@daily'", "unknown time zone Local")]
    [DataRow("schedule: ''", "spec.schedule: Required value")]
    [DataRow("schedule: '@daily', concurrencyPolicy: Never", "Unsupported value: \"Never\"")]
    [DataRow("schedule: '@daily', startingDeadlineSeconds: -1", "must be greater than or equal to 0")]
    public async Task OtherMistakesAreRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml(spec))).Message);
    }

    /// <summary>Expected values follow from crontab(5) and the documentation of CronJob, not from the library.</summary>
    [TestMethod]
    [DataRow("30 2 * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T02:30:00Z")]
    [DataRow("0 0 13 * 5", "", "2026-01-03T00:00:00Z", "2026-01-09T00:00:00Z", DisplayName = "either of two days: a Friday")]
    [DataRow("0 0 13 * 1", "", "2026-01-12T01:00:00Z", "2026-01-13T00:00:00Z", DisplayName = "either of two days: the 13th")]
    [DataRow("0 0 ? * MON-WED", "", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z")]
    [DataRow("50/5 * * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T00:50:00Z")]
    [DataRow("0 0 29 2 *", "", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [DataRow("0 9 * jan,jul *", "Europe/Berlin", "2026-02-01T00:00:00Z", "2026-07-01T07:00:00Z", DisplayName = "in a zone, in summer")]
    [DataRow("*/60 * * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", DisplayName = "a step out of its range")]
    [DataRow("0 */24 * * *", "", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", DisplayName = "a step of all hours")]
    [DataRow("5-10/20 * * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z", DisplayName = "a step out of a given range")]
    [DataRow("@every 999999h999999h999999h", "", "2026-01-01T00:00:00Z", "2125-12-08T00:00:00Z", DisplayName = "a pause of a hundred years and more")]
    [DataRow("@weekly", "", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [DataRow("@every 1h30m", "", "2026-01-01T00:00:10Z", "2026-01-01T01:30:10Z")]
    [DataRow("0 0 31 2 *", "", "2026-01-01T00:00:00Z", null, DisplayName = "a day that never comes")]
    public void TheNextTime(string schedule, string zone, string after, string? expected) =>
        Assert.AreEqual(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            CronSchedule.Parse(schedule, zone).Next(DateTimeOffset.Parse(after, System.Globalization.CultureInfo.InvariantCulture)));

    [TestMethod]
    public void ADurationCountsFromTheLastTime()
    {
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var schedule = CronSchedule.Parse("@every 1m", "");

        foreach (var (now, expected) in ((int, int)[])[(0, 60), (40, 60), (60, 120), (100, 120)])
            Assert.AreEqual(from.AddSeconds(expected), schedule.Next(from, from.AddSeconds(now)));
    }

    [TestMethod]
    [DataRow("* * * * *", "2027-01-01T00:00:30Z", "2027-01-01T00:00:00Z", true)]
    [DataRow("0 3 * * *", "2027-01-01T00:00:30Z", "2026-12-31T03:00:00Z", true)]
    [DataRow("@every 7s", "2026-01-02T00:00:00Z", "2026-01-01T23:59:54Z", true)]
    [DataRow("@hourly", "2026-01-01T03:10:00Z", "2026-01-01T03:00:00Z", false)]
    public void TheLastTime(string schedule, string to, string expected, bool many)
    {
        var (from, until) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.Parse(to, System.Globalization.CultureInfo.InvariantCulture));
        var parsed = CronSchedule.Parse(schedule, "");

        Assert.AreEqual((DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), many), (parsed.Last(from, until), parsed.HasMore(100, from, until)));
        Assert.IsNull(parsed.Last(from, from));
    }

    private static async Task<StoredObject> JobAsync(RunningControllers cluster, int count)
    {
        await cluster.UntilAsync(() => cluster.All(Kinds.Job).Count == count);
        return cluster.All(Kinds.Job).MaxBy(job => job.Key.Name, StringComparer.Ordinal)!;
    }

    private static IEnumerable<StoredObject> Running(RunningControllers cluster) => cluster.All(Kinds.Job).Where(job => JobStatus.EndOf(job.View) is null);

    private static async Task EndAsync(RunningControllers cluster, StoredObject job, string end)
    {
        await cluster.UntilAsync(() => PodsOf().Any());
        PodScript.Set(cluster, PodsOf().Single().Key, end);
        await cluster.UntilAsync(() => cluster.Store.Find(job.Key) is not { } known || JobStatus.EndOf(known.View) is not null);

        IEnumerable<StoredObject> PodsOf() => cluster.All(Kinds.Pod).Where(pod => pod.View.Labels.GetValueOrDefault("job-name") == job.Key.Name);
    }

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.CronJob, "tick");

    private static string Yaml(string spec) => $$$"""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: tick}
        spec: { {{{spec}}}, jobTemplate: {metadata: {labels: {made: '1'}, annotations: {noted: 'yes'}}, spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: one}]} } } } }
        """;
}
