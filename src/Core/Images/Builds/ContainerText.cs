namespace Kontrakt.Images.Builds;

/// <summary>Texts of a container that Kubernetes looks through for $(NAME): its command, its arguments, the values of its variables.</summary>
internal static class ContainerText
{
    /// <summary>Written so that the container gets just this.</summary>
    public static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>What the container gets of a text that names no variable.</summary>
    public static string Plain(string literal) => literal.Replace("$$", "$", StringComparison.Ordinal);
}
