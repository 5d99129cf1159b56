using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.CommandLine;

namespace Kontrakt.Testing;

/// <summary>The options of the runner beside those of the platform.</summary>
internal sealed class RunnerOptions : ICommandLineOptionsProvider
{
    /// <summary>What MSBuild wrote of the project: see <see cref="ProjectSettings"/>.</summary>
    public const string Kontrakts = "kontrakts";
    public const string Filter = "filter";
    public const string Trx = "report-trx";
    public const string TrxFileName = "report-trx-filename";

    private static readonly IReadOnlyCollection<CommandLineOption> Options =
    [
        new(Kontrakts, "The settings of the project with kontrakts; the project gives them.", ArgumentArity.ExactlyOne, isHidden: true),
        new(Filter, "Kontrakts to select: Name=orders, tier=smoke (a label of a test pod), with & | ~ != !~ and parentheses.", ArgumentArity.ExactlyOne, isHidden: false),
        new(Trx, "Write a TRX report.", ArgumentArity.Zero, isHidden: false),
        new(TrxFileName, "The report's file name.", ArgumentArity.ExactlyOne, isHidden: false),
    ];

    public string Uid => "kontrakt-options";

    public string Version => ThisAssembly.Version;

    public string DisplayName => "Kontrakt";

    public string Description => "Options for kontrakts as tests.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public IReadOnlyCollection<CommandLineOption> GetCommandLineOptions() => Options;

    public Task<ValidationResult> ValidateOptionArgumentsAsync(CommandLineOption commandOption, string[] arguments) => ValidationResult.ValidTask;

    public Task<ValidationResult> ValidateCommandLineOptionsAsync(ICommandLineOptions commandLineOptions) =>
        !commandLineOptions.IsOptionSet(Kontrakts) ? ValidationResult.InvalidTask($"--{Kontrakts} is missing: 'dotnet test' of a project with kontrakts gives it")
        : commandLineOptions.IsOptionSet(TrxFileName) && !commandLineOptions.IsOptionSet(Trx) ? ValidationResult.InvalidTask($"--{TrxFileName} needs --{Trx}")
        : ValidationResult.ValidTask;
}
