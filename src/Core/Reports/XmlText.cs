using System.Text;
using System.Xml;

namespace Kontrakt.Reports;

/// <summary>Any text as XML takes it.</summary>
internal static class XmlText
{
    /// <summary>Leaves out what XML 1.0 cannot hold (section 2.2): control characters but tab and line ends, lone surrogates, U+FFFE and U+FFFF.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var clean = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (XmlConvert.IsXmlChar(text[index]))
                clean.Append(text[index]);
            else if (index + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[index + 1], text[index]))
                clean.Append(text[index]).Append(text[++index]);
        }
        return clean.ToString();
    }
}
