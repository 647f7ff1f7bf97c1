using Shop.Product;
using Shop.Shared.Hosting;

await ShopHost.Run(args, serves: [new ProductModule()], needs: []);
