namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>Enters the fate of documents in the ledger, and shows the operator one of those that are given up.</summary>
sealed class Books(Ledger ledger, Notices notices)
{
    public void Ship(Document document)
    {
        ledger.Ship(document.Size);
        document.IsSettled = true;
    }

    public void Drop(Document document, DropReason reason)
    {
        ledger.Drop(document.Size, reason);
        document.IsSettled = true;
    }

    public void Drop(Document document, DropReason reason, string why)
    {
        Drop(document, reason);
        var name = Ledger.Reasons[(int)reason];
        notices.Warn(name, $"A log line did not get to Elasticsearch ({name}): {why}. It was: {document.Sample}");
    }
}
