using System.Globalization;

namespace Shop.Shared.Hosting;

/// <summary>Ids in paths: a positive number in ASCII digits, as answers write it, or it is the id of nothing.</summary>
public static class ItemId
{
    /// <summary>Reads the id of a product or user.</summary>
    public static bool TryParse(string text, out int id) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && text[0] != '0';

    /// <summary>Reads the id of an order.</summary>
    public static bool TryParse(string text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && text[0] != '0';
}
