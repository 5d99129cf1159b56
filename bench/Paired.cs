using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>Runs two things in turn, A B A B, so that a machine whose speed drifts is fair to both; reports medians and the median of the pairs' ratios.</summary>
internal static class Paired
{
    public static async Task RunAsync(string name, string target, int pairs, (string Name, Func<Task<TimeSpan>> Run) ours, (string Name, Func<Task<TimeSpan>> Run) theirs)
    {
        await ours.Run();
        await theirs.Run();
        var results = new List<(double Ours, double Theirs)>();
        for (var pair = 0; pair < pairs; pair++)
            results.Add(((await ours.Run()).TotalSeconds, (await theirs.Run()).TotalSeconds));
        Report(name, target, (ours.Name, results.Select(each => each.Ours)), (theirs.Name, results.Select(each => each.Theirs)),
            Median(results.Select(each => each.Ours / each.Theirs)));
    }

    /// <summary>Whether a program is there; where it is not, that is said.</summary>
    public static async Task<bool> IsThereAsync(string program, string name)
    {
        var there = (await OutputAsync("sh", ["-c", $"command -v {program} || true"])).Length > 0;
        if (!there)
            Console.WriteLine($"{name}\n  {program} is not there: not compared");
        return there;
    }

    public static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        return clock.Elapsed;
    }

    /// <summary>A command as a whole process. Its output is shown when it fails.</summary>
    public static async Task<TimeSpan> CommandAsync(string file, IReadOnlyList<string> arguments, string? directory = null, params (string Name, string Value)[] environment)
    {
        var clock = Stopwatch.StartNew();
        await OutputAsync(file, arguments, directory, environment);
        return clock.Elapsed;
    }

    public static async Task<string> OutputAsync(string file, IReadOnlyList<string> arguments, string? directory = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory ?? "" };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
    }

    private static void Report(string name, string target, (string Name, IEnumerable<double> Seconds) ours, (string Name, IEnumerable<double> Seconds) theirs, double ratio)
    {
        Console.WriteLine(name);
        foreach (var (label, seconds) in new[] { ours, theirs })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {label,-60} {seconds.Min(),7:F2} {Median(seconds),7:F2} {seconds.Max(),7:F2} s (min, median, max)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ratio {ratio:F2} (wanted: {target})"));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
