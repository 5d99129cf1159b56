using System.Globalization;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates.Sources;

/// <summary>Runs git in one folder, for one source, without asking anybody anything. Credentials go through the environment.</summary>
internal sealed class GitProcess(string folder, TemplateSource.Git source) : IDisposable
{
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
        try
        {
            // Whatever the repository or the user has set up: no hooks, no line ends of another system, no addresses that run programs.
            var command = new GitCommand(folder, ["-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "protocol.ext.allow=never", "-c", "advice.detachedHead=false", .. arguments]);
            // The folder is a repository of its own or none: not the one that the project is in.
            command.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder);
            AddCredentials(command.Environment);
            var output = await command.RunAsync(cancellationToken);
            _said = output.Error.Trim();
            return output.ExitCode == 0 ? output.Text.Trim() : null;
        }
        catch (GitException missing)
        {
            throw Ktr.GitSourceUnavailable.Error(missing, source.Location, source.Url, missing.Message);
        }
    }

    /// <summary>The error that the last command failed with.</summary>
    public KontraktException Failed() => Ktr.GitSourceUnavailable.Error(source.Location, $"{source.Url} {source.Revision}".TrimEnd(), _said.Length == 0 ? "git failed and did not say why" : $"git says: {_said.ReplaceLineEndings(" ").TrimEnd('.')}");

    public void Dispose() => _keys?.Delete(recursive: true);

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
