using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Templates.Sources;

/// <summary>Runs git in one folder, for one source, without asking anybody anything. Credentials go through the environment.</summary>
internal sealed class GitProcess(string folder, TemplateSource.Git source) : IDisposable
{
    /// <summary>Set inside of git's own hooks; they would make another repository look like this one.</summary>
    private static readonly string[] RepositoryVariables = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"];
    private DirectoryInfo? _keys;
    private string _said = "";

    public string Url => source.Url;

    /// <exception cref="KontraktException">It failed.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        if (await TryAsync(cancellationToken, arguments) is null)
            throw Failed();
    }

    /// <summary>What it printed; null where it failed.</summary>
    public async Task<string?> TryAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            _said = (await error).Trim();
            return process.ExitCode == 0 ? (await output).Trim() : null;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The error that the last command failed with.</summary>
    public KontraktException Failed() => Ktr.GitSourceUnavailable.Error(source.Location, $"{source.Url} {source.Revision}".TrimEnd(), _said.Length == 0 ? "git failed and did not say why" : $"git says: {_said.ReplaceLineEndings(" ").TrimEnd('.')}");

    public void Dispose() => _keys?.Delete(recursive: true);

    private Process Start(string[] arguments)
    {
        // Whatever the repository or the user has set up: no hooks, no line ends of another system, no addresses that run programs.
        var start = new ProcessStartInfo("git", ["-C", folder, "-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "protocol.ext.allow=never", "-c", "advice.detachedHead=false", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in RepositoryVariables)
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        // The folder is a repository of its own or none: not the one that the project is in.
        start.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder);
        AddCredentials(start.Environment);
        try
        {
            return Process.Start(start) ?? throw new Win32Exception("it does not start");
        }
        catch (Win32Exception missing)
        {
            throw Ktr.GitSourceUnavailable.Error(missing, source.Location, source.Url, $"git is not installed on this machine ({missing.Message})");
        }
    }

    private void AddCredentials(IDictionary<string, string?> environment)
    {
        if (source.Credentials is GitCredentials.Basic basic && Uri.TryCreate(source.Url, UriKind.Absolute, out var url))
        {
            // For this host alone, wherever it may send us.
            var count = int.TryParse(environment.TryGetValue("GIT_CONFIG_COUNT", out var text) ? text : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            environment[$"GIT_CONFIG_KEY_{count}"] = $"http.{url.GetLeftPart(UriPartial.Authority)}/.extraHeader";
            environment[$"GIT_CONFIG_VALUE_{count}"] = "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{basic.Password}"));
            environment["GIT_CONFIG_COUNT"] = (count + 1).ToString(CultureInfo.InvariantCulture);
        }
        else if (source.Credentials is GitCredentials.Ssh ssh)
            environment["GIT_SSH_COMMAND"] = Command(ssh);
    }

    /// <summary>ssh takes keys from files only: from one that nobody else can read and that goes with this object.</summary>
    private string Command(GitCredentials.Ssh ssh)
    {
        if (_keys is null)
        {
            _keys = Directory.CreateTempSubdirectory("kontrakt-git-");
            Write("key", ssh.PrivateKey.TrimEnd() + "\n");
            if (ssh.KnownHosts is not null)
                Write("known_hosts", ssh.KnownHosts);
        }
        var hosts = ssh.KnownHosts is null ? "" : $" -o StrictHostKeyChecking=yes -o UserKnownHostsFile='{Path.Combine(_keys.FullName, "known_hosts")}'";
        return $"ssh -i '{Path.Combine(_keys.FullName, "key")}' -o IdentitiesOnly=yes -o BatchMode=yes{hosts}";

        void Write(string name, string text)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(Path.Combine(_keys.FullName, name), options);
            writer.Write(text);
        }
    }
}
