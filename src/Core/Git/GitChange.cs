namespace Kontrakt.Git;

/// <summary>A path that differs from the commit.</summary>
/// <param name="Path">From the root; a character for each byte.</param>
/// <param name="IsRepository">A submodule, or a repository that git does not look into.</param>
internal sealed record GitChange(string Path, bool IsRepository, bool IsUntracked)
{
    /// <summary>Reads a record of "git status --porcelain=v2 -z --no-renames"; null for a header.</summary>
    public static GitChange? Parse(string record) => record[0] switch
    {
        '1' => new(After(record, spaces: 8), record.Split(' ', 4)[2][0] == 'S', IsUntracked: false),
        'u' => new(After(record, spaces: 10), record.Split(' ', 4)[2][0] == 'S', IsUntracked: false),
        '?' => new(record[2..].TrimEnd('/'), record.EndsWith('/'), IsUntracked: true),
        _ => null,
    };

    private static string After(string record, int spaces)
    {
        var at = 0;
        for (; spaces > 0; spaces--)
            at = record.IndexOf(' ', at) + 1;
        return record[at..];
    }
}
