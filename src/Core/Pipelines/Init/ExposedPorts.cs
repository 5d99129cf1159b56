using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;

namespace Kontrakt.Pipelines.Init;

/// <summary>The ports that a Dockerfile says its program listens on: EXPOSE, of the stage that is built and those that it goes on from.</summary>
internal static class ExposedPorts
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <param name="target">The stage; null: the last.</param>
    /// <param name="note">Called with each port that cannot be read.</param>
    /// <exception cref="KontraktException">KTR2015: it cannot be built.</exception>
    public static IReadOnlyList<(int Port, string Protocol)> Read(string file, string? target, Action<SourceLocation, string> note)
    {
        var stages = DockerfileStages.Find(file, DockerfileReader.Read(file, File.ReadAllText(file)), target, platform: null, None);
        var last = target is null ? stages.Stages.Count - 1 : stages.Needed.Max();
        var (ports, variables) = (new List<(int, string)>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var instruction in stages.Chain(last).SelectMany(stage => stage.Instructions))
        {
            var words = ShellWords.Split(instruction.Rest) ?? [];
            if (instruction.Keyword is "ARG" or "ENV")
                foreach (var (name, value) in words.Select(word => word.Split('=', 2)).Where(parts => parts.Length == 2).Select(parts => (parts[0], parts[1])))
                    variables[name] = value;
            if (instruction.Keyword != "EXPOSE")
                continue;
            foreach (var word in words)
                if (Port(word, variables) is { } port)
                    ports.Add(port);
                else
                    note(new(file, instruction.Line, 1), $"the port '{word}' was not taken over: write one number at a time");
        }
        return [.. ports.Distinct()];
    }

    private static (int Port, string Protocol)? Port(string word, Dictionary<string, string> variables)
    {
        var parts = ShellWords.Expand(word, variables.GetValueOrDefault).Split('/');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? (port, parts.Length > 1 ? parts[1].ToUpperInvariant() : "TCP") : null;
    }
}
