using Shop.Database;
using Shop.Order;
using Shop.Product;
using Shop.Shared.Hosting;
using Shop.User;

await ShopHost.Run(args, serves: [new ProductModule(), new OrderModule(), new UserModule()], needs: [], OwnDatabase.Open);
