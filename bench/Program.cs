using Bench;

// dotnet run -c Release --project bench -- [name ...]; all without a name. What each compares stands at the head of its file.
var benchmarks = new Dictionary<string, Func<Task>>
{
    ["build-unchanged"] = HelloBenchmarks.BuildUnchangedAsync,
    ["cached"] = HelloBenchmarks.CachedAsync,
    ["hello"] = HelloBenchmarks.HelloAsync,
    ["list-tests"] = ListTestsBenchmark.RunAsync,
    ["resolve"] = ResolveBenchmark.RunAsync,
    ["apply"] = ApplyBenchmark.RunAsync,
    ["wait"] = WaitBenchmark.RunAsync,
    ["many"] = ManyBenchmark.RunAsync,
    ["engine-start"] = EngineStartBenchmark.RunAsync,
    ["engine-pod"] = EnginePodBenchmarks.PodAsync,
    ["engine-pods"] = EnginePodBenchmarks.PodsAsync,
    ["engine-objects"] = EngineObjectsBenchmark.RunAsync,
    ["engine-protobuf"] = EngineProtobufBenchmark.RunAsync,
    ["engine-image"] = EngineImageBenchmark.RunAsync,
    ["context-first"] = ContextBenchmarks.FirstAsync,
    ["context-change"] = ContextBenchmarks.ChangeAsync,
    ["context-nothing"] = ContextBenchmarks.NothingAsync,
    ["report"] = ReportBenchmark.RunAsync,
    ["engine-hello"] = EngineHelloBenchmark.RunAsync,
};

if (args is [var child, .. var rest] && child.StartsWith("child-", StringComparison.Ordinal))
    return await Children.RunAsync(child, rest);

var unknown = args.Except(benchmarks.Keys).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"no benchmark is named {string.Join(", ", unknown)}; there are {string.Join(", ", benchmarks.Keys)}");
    return 2;
}
foreach (var name in args.Length == 0 ? [.. benchmarks.Keys] : args)
    await benchmarks[name]();
return 0;
