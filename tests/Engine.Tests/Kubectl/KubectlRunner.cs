using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Engine.Tests.Kubectl;

/// <summary>Runs the script's commands against one cluster, in a namespace of its own.</summary>
internal sealed partial class KubectlRunner(string kubeConfig, string inNamespace, string image)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task<Outcome> RunAsync(Step step)
    {
        var command = new ProcessStartInfo("kubectl") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        command.Environment["KUBECONFIG"] = kubeConfig;
        // Discovery is remembered on disk by address; one folder for each keeps engines that share a port apart.
        command.Environment["HOME"] = Path.Combine(Path.GetTempPath(), $"kubectl-{inNamespace}");
        foreach (var argument in Arguments(Fill(step.Command)))
            command.ArgumentList.Add(argument);
        if (!step.Command.Contains(" -n ", StringComparison.Ordinal))
            command.ArgumentList.Insert(0, $"--namespace={inNamespace}");
        using var process = Process.Start(command)!;
        using var limit = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        // kubectl takes for JSON what begins with a brace, and looks not at all at what is sent as it is.
        await process.StandardInput.WriteAsync($"{(step.Command.Contains("--raw", StringComparison.Ordinal) ? "" : "---\n")}{Fill(step.Input ?? "")}\n");
        process.StandardInput.Close();
        try
        {
            var text = await errors + await output;
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, Select(step.Compared, Normalise(text)), text);
        }
        finally
        {
            process.Kill();
        }
    }

    private string Fill(string text) => text.Replace("NS", inNamespace, StringComparison.Ordinal).Replace("IMAGE", image, StringComparison.Ordinal);

    /// <summary>Without what is different each time: the namespace, generated names, ages, addresses, revisions, the width of columns.</summary>
    private string Normalise(string text)
    {
        text = text.Replace(inNamespace, "NS", StringComparison.Ordinal);
        text = VersionSkew().Replace(text, "");
        text = GeneratedOfReplicaSet().Replace(text, "-HASH-RANDOM");
        text = GeneratedOfJob().Replace(text, "$1-RANDOM");
        text = Address().Replace(text, "ADDRESS");
        text = Age().Replace(text, " AGE");
        return Spaces().Replace(text, " ").Trim();
    }

    private static string Select(Compared compared, string text) => compared switch
    {
        Compared.Everything => text,
        Compared.AnyOrder => string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal)),
        Compared.LastLine => text.Split('\n')[^1].Trim(),
        _ => "",
    };

    private static IEnumerable<string> Arguments(string command) =>
        Argument().Matches(command).Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Value);

    [GeneratedRegex(@"'([^']*)'|[^\s']+")]
    private static partial Regex Argument();

    [GeneratedRegex("WARNING: version difference.*\n")]
    private static partial Regex VersionSkew();

    [GeneratedRegex(@"-[0-9a-z]{8,10}-[0-9a-z]{5}\b")]
    private static partial Regex GeneratedOfReplicaSet();

    [GeneratedRegex(@"((?:pod/)?(?:work|once))-[0-9a-z]{5}\b")]
    private static partial Regex GeneratedOfJob();

    [GeneratedRegex(@"\b\d+\.\d+\.\d+\.\d+\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"[ \t]+(\d+[smhd])+(?=\s|$)")]
    private static partial Regex Age();

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Spaces();
}
