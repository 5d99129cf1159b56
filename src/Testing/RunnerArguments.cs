namespace Kontrakt.Testing;

/// <summary>What 'dotnet test' gives to one program that is two: tests of the project's own, which may know options that kontrakts do not, and kontrakts.</summary>
internal sealed record RunnerArguments(IReadOnlyList<string> All)
{
    private const string Kontrakts = $"--{RunnerOptions.Kontrakts}";

    /// <summary>The kontrakts get these options. The own tests have judged all of them.</summary>
    private static readonly string[] Shared =
    [
        Kontrakts, $"--{RunnerOptions.Filter}", "--filter-uid", "--treenode-filter", "--list-tests", "--help", "--info", "--timeout", "--results-directory", "--no-banner", "--ignore-exit-code",
        $"--{RunnerOptions.Trx}", "--diagnostic", "--diagnostic-file-prefix", "--diagnostic-output-directory", "--diagnostic-verbosity", "--exit-on-process-exit",
        "--server", "--dotnet-test-pipe",
    ];

    private static readonly string[] Connection = ["--server", "--dotnet-test-pipe"];

    /// <summary>What MSBuild wrote of the project; null where nothing says so.</summary>
    public string? ProjectFile => Value(Kontrakts);

    /// <summary>Whether 'dotnet test' started this process.</summary>
    public bool IsOfDotnetTest => Value("--server") == "dotnettestcli";

    /// <summary>For the own tests: all except that.</summary>
    public IEnumerable<string> ForOwnTests => Options().Where(option => option[0] != Kontrakts).SelectMany(option => option);

    /// <summary>For the kontrakts beside own tests.</summary>
    /// <param name="connected">False: dotnet test does not know them, and shows what they print where they fail.</param>
    public string[] ForKontrakts(bool connected) =>
        [.. Options().Where(option => Shared.Contains(option[0], StringComparer.Ordinal) && (connected || !Connection.Contains(option[0], StringComparer.Ordinal))).SelectMany(option => option)];

    private string? Value(string name) => Options().FirstOrDefault(option => option[0] == name) is [_, var value, ..] ? value : null;

    /// <summary>Each option with its values.</summary>
    private List<List<string>> Options()
    {
        var options = new List<List<string>>();
        foreach (var argument in All)
            if (argument.StartsWith("--", StringComparison.Ordinal) || options.Count == 0)
                options.Add([argument]);
            else
                options[^1].Add(argument);
        return options;
    }
}
