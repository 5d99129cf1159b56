using System.Globalization;
using Kontrakt.Clusters.Embedded;

namespace Bench;

/// <summary>engine-start: from nothing to the first answer of the API, against a limit of 400 ms; and finding one that runs.</summary>
internal static class EngineStartBenchmark
{
    public static async Task RunAsync()
    {
        var starts = new List<double>();
        var finds = new List<double>();
        for (var round = 0; round < 7; round++)
        {
            var folder = Setting.Temporary();
            var launcher = new EngineLauncher(new(folder), Engines.Program, new NoLog());
            var start = await Paired.TimeAsync(() => launcher.EnsureAsync(CancellationToken.None));
            var find = await Paired.TimeAsync(() => launcher.EnsureAsync(CancellationToken.None));
            await launcher.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
            // The first one also warms this process's own TLS.
            if (round > 0)
            {
                starts.Add(start.TotalMilliseconds);
                finds.Add(find.TotalMilliseconds);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"engine-start\n  from nothing to the first answer: {starts.Order().ElementAt(3):F0} ms (wanted: under 400); to find it again: {finds.Order().ElementAt(3):F0} ms"));
    }
}
