using NLog.Config;
using NLog.Layouts;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>One more field of a document: <c>&lt;field name="..." layout="..." layoutType="System.Int32" /&gt;</c>.</summary>
[NLogConfigurationItem]
public sealed class ElasticSearchField
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its value.</summary>
    public Layout Layout { get; set; } = "";

    /// <summary>What its value is: a number or a truth value stands in the document as one, all else as text.</summary>
    public Type LayoutType { get; set; } = typeof(string);

    internal bool IsText => Type.GetTypeCode(LayoutType) is TypeCode.String or TypeCode.DateTime;
}
