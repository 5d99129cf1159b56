using Kontrakt.Images.Dockerfiles;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>Variables in all the forms that BuildKit's shell words have.</summary>
[TestClass]
public sealed class Words
{
    private static readonly Dictionary<string, string> Values = new() { ["V"] = "v1.2.3", ["EMPTY"] = "", ["PATH"] = "/usr/local/bin", ["P"] = "*.2" };

    [TestMethod]
    [DataRow("a$V-b", "av1.2.3-b")]
    [DataRow("${V}x$NONE.${NONE}", "v1.2.3x.")]
    [DataRow("${NONE:-x} ${EMPTY:-x} ${V:-x}", "x x v1.2.3")]
    [DataRow("${NONE-x} ${EMPTY-x} ${V-x}", "x  v1.2.3")]
    [DataRow("${NONE:+x} ${EMPTY:+x} ${V:+x}", "  x")]
    [DataRow("${NONE+x} ${EMPTY+x} ${V+x}", " x x")]
    [DataRow("${V:?no} ${EMPTY?no}", "v1.2.3 ")]
    [DataRow("${V#v} ${V#*.} ${V##*.} ${V#x}", "1.2.3 2.3 3 v1.2.3")]
    [DataRow("${V%.3} ${V%.*} ${V%%.*} ${V%?}", "v1.2 v1.2 v1 v1.2.")]
    [DataRow("${PATH/\\//-} ${PATH//\\//-}", "-usr/local/bin -usr-local-bin")]
    [DataRow("${V/.*/} ${V//./} ${V/x/y}", "v1 v123 v1.2.3")]
    [DataRow("${V%$P.3}", "v1", DisplayName = "a variable in a pattern")]
    [DataRow("${NONE:-${V#v}} ${NONE:-a${EMPTY:-b}c}", "1.2.3 abc", DisplayName = "one within another")]
    [DataRow("'$V' \"$V\" \\$V \"\\$V\"", "$V v1.2.3 $V $V", DisplayName = "quotes and escapes")]
    [DataRow("a$ $", "a$ $")]
    public void AreReplaced(string text, string expected)
    {
        Assert.AreEqual(expected, ShellWords.Expand(text, name => Values.GetValueOrDefault(name)));
    }

    [TestMethod]
    [DataRow("${NONE:?say it}", "NONE: say it")]
    [DataRow("${EMPTY:?}", "EMPTY: is not allowed to be unset")]
    [DataRow("${NONE?}", "NONE: is not allowed to be unset")]
    [DataRow("${V", "'${V' has a '${' that is not a variable")]
    [DataRow("${V^}", "'${V^}' has '${V^', which is not a form of a variable")]
    [DataRow("${V:-x", "'}' is missing")]
    [DataRow("${V/a}", "'/' is missing")]
    [DataRow("'a", "a quote does not end")]
    [DataRow("\"a", "a quote does not end")]
    public void ThatAreNoneAreRefused(string text, string says)
    {
        Assert.AreEqual(says, Assert.ThrowsExactly<FormatException>(() => ShellWords.Expand(text, name => Values.GetValueOrDefault(name))).Message);
    }
}
