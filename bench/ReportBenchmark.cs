using System.Diagnostics;
using System.Globalization;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Bench;

/// <summary>report: the HTML report of 60 kontrakts with 200 MB of logs, a process, against tar | gzip of the same logs, as one keeps them without a report.</summary>
internal static class ReportBenchmark
{
    private const int Kontrakts = 60, Logs = 4, LogSize = 833_000;

    public static async Task RunAsync()
    {
        var root = Setting.Temporary();
        try
        {
            var id = Make(root);
            var said = "";
            await Paired.RunAsync("report, 60 kontrakts and 200 MB of logs (wanted: under 2 s)", "below 1", pairs: 5,
                ("one HTML file, a process", () => Paired.TimeAsync(async () => said = await Children.OutputAsync("child-report", root, id))),
                ("tar | gzip of the logs", () => Paired.CommandAsync("bash", ["-c", $"set -o pipefail; tar -C '{root}/runs' -c '{id}' | gzip > '{root}/logs.tar.gz'"])));
            Console.WriteLine($"  {said}");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Prints how long the report took, without the program's start, its size, and the peak of memory.</summary>
    public static void Write(string root, string id)
    {
        var report = Path.Combine(root, "report.html");
        var clock = Stopwatch.StartNew();
        var settings = new KontraktSettings { Directory = root, RunsDirectory = Path.Combine(root, "runs"), Html = report };
        var run = RunStore.Open(settings.RunsDirectory, id, RunStep.Discover);
        RunReports.Write(settings, RunReport.Of(settings, run.Record, run.Folder, []), new NoLog(), CancellationToken.None);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:F2} s without the start, {new FileInfo(report).Length / 1_000_000} MB of HTML, peak memory {self.PeakWorkingSet64 / 1_048_576} MB"));
    }

    private static string Make(string root)
    {
        var began = DateTimeOffset.UnixEpoch;
        var run = new RunRecord
        {
            Id = "bench",
            Started = began,
            Directory = root,
            Kontrakts = [.. Enumerable.Range(0, Kontrakts).Select(number => new RunKontrakt { Name = Name(number), Directory = root, Files = [], State = number % 10 == 0 ? RunState.Failed : RunState.Passed, Began = began, Ended = began.AddSeconds(5) })],
        };
        var store = RunStore.Begin(Path.Combine(root, "runs"), run);
        var line = "2026-11-20T05:00:00Z \u001b[32minfo\u001b[0m a <request> took 12 ms & was \"answered\" with 200\n";
        var text = string.Concat(Enumerable.Repeat(line, LogSize / line.Length + 1));
        for (var log = 0; log < Kontrakts * Logs; log++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(store.KontraktFolder(Name(log / Logs)), "logs", $"pod-{log % Logs}")).FullName;
            File.WriteAllText(Path.Combine(folder, "main.log"), text);
        }
        return run.Id;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"kontrakt-{number:D2}");
}
