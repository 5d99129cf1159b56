using System.Globalization;
using Kontrakt.Runs;

namespace Bench;

/// <summary>many: a run of 20 kontrakts, all at once (KontraktParallelism=20) against one after another (1).</summary>
internal static class ManyBenchmark
{
    public static async Task RunAsync()
    {
        var image = RunStore.Open(Path.Combine(Setting.Hello, "obj", "kontrakt"), null, RunStep.Build).Record.Images
            .First(each => each.Source.Contains("Api", StringComparison.Ordinal));
        var root = Setting.Temporary();
        try
        {
            for (var each = 0; each < 20; each++)
                Write(Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"kontrakt-{each}")), $"{image.Name}@{image.Digest}");
            await Paired.RunAsync("many", "below 1", pairs: 1,
                ("20 kontrakts, KontraktParallelism=20", () => RunAsync(root, 20)),
                ("20 kontrakts, KontraktParallelism=1", () => RunAsync(root, 1)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static Task<TimeSpan> RunAsync(string root, int parallelism) => Paired.TimeAsync(async () =>
    {
        var run = (await new KontraktRuns(Setting.Settings(root) with { Parallelism = parallelism, Force = true }, new NoLog()).BeginAsync([], CancellationToken.None)).Run;
        await run.ResolveAsync(CancellationToken.None);
        if (!await run.RunAsync(CancellationToken.None))
            throw new InvalidOperationException("the run failed");
    });

    private static void Write(string folder, string image)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "test.yaml"), $$"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: test
              labels:
                kontrakt: test
            spec:
              restartPolicy: Never
              containers:
              - name: main
                image: {{image}}
                command: ["dotnet", "--list-runtimes"]

            """);
    }
}
