using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Git;

namespace Kontrakt.Manifests;

/// <summary>Renders a kustomization with what the machine has: kubectl, else kustomize.</summary>
public static class KustomizeRenderer
{
    private static readonly (string Program, string Verb)[] Renderers = [("kubectl", "kustomize"), ("kustomize", "build")];

    /// <summary>
    /// The kontrakt with the rendered objects in a file of the output folder (written only when it changes) beside its assertions; the folder
    /// itself when it has no kustomization. Diagnostics then name places in the rendered file; relative image paths stay relative to the kustomization.
    /// </summary>
    /// <exception cref="KontraktException">KTR1017: neither program exists, or it failed; with what it said.</exception>
    public static async Task<KontraktFolder> RenderAsync(KontraktFolder folder, string outputDirectory, CancellationToken cancellationToken)
    {
        if (folder.Kustomization is null)
            return folder;
        var text = await RenderAsync(folder.Directory, new SourceLocation(folder.Kustomization, 1, 1), cancellationToken);
        var output = Path.Combine(Path.GetFullPath(outputDirectory), folder.Name + ".rendered.yaml");
        await ManifestFile.WriteAsync(output, Encoding.UTF8.GetBytes(text), cancellationToken);
        return folder with { Files = [output, .. folder.Files.Where(file => file != output)] };
    }

    private static async Task<string> RenderAsync(string directory, SourceLocation place, CancellationToken cancellationToken)
    {
        foreach (var (program, verb) in Renderers)
        {
            var start = new ProcessStartInfo(program, [verb, directory])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
                WorkingDirectory = directory,
            };
            // It fetches bases from elsewhere with git, which in a hook would take this repository for that one.
            GitCommand.Detach(start.Environment);
            try
            {
                using var process = Process.Start(start) ?? throw new Win32Exception();
                return await OutputAsync(process, $"{program} {verb}", place, cancellationToken);
            }
            catch (Win32Exception)
            {
                // Not installed: try the next.
            }
        }
        throw Ktr.Kustomize.Error(place, "neither kubectl nor kustomize is on the PATH; install one of them");
    }

    private static async Task<string> OutputAsync(Process process, string command, SourceLocation place, CancellationToken cancellationToken)
    {
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw Ktr.Kustomize.Error(place, $"{command} says: {Cause(await error)}");
            return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Without warnings, such as kubectl's of fields that are deprecated: they are not why it failed. All that was reported, where it is nothing else.</summary>
    internal static string Cause(string error)
    {
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var causes = lines.Where(line => !line.StartsWith("# Warning:", StringComparison.Ordinal) && !line.StartsWith("Warning:", StringComparison.Ordinal)).ToList();
        return string.Join('\n', causes.Count > 0 ? causes : [.. lines]).TrimEnd('.');
    }
}
