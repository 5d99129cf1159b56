using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Images;

/// <summary>Image uses for tests, and what goes wrong with them.</summary>
internal static class Uses
{
    /// <param name="root">Where dotnet://Name looks for projects; null: the folder above the file's.</param>
    public static ImageUse At(string file, string text, int line = 7, string? root = null) =>
        new(text, new YamlScalar(text, YamlStyle.Plain, null, new(0, line, 12), new(0, line, 12 + text.Length)), new SourceLocation(file, line, 12), new(root ?? Path.GetFullPath("../..", file)));

    /// <summary>The one diagnostic an action ends with.</summary>
    public static Diagnostic Problem(Action action) => Assert.ThrowsExactly<KontraktException>(action).Diagnostics.Single();

    public static async Task<Diagnostic> ProblemAsync(Func<Task> action) => (await Assert.ThrowsExactlyAsync<KontraktException>(action)).Diagnostics.Single();
}

/// <summary>Keeps what is reported.</summary>
internal sealed class RecordedLog : IRunLog
{
    private readonly List<RunEvent> _events = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_events)
                return [.. _events.OfType<RunEvent.Progress>().Select(line => line.Text)];
        }
    }

    public void Report(RunEvent runEvent)
    {
        lock (_events)
            _events.Add(runEvent);
    }
}
